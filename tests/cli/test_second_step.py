"""`reset-second-step` and `invite-outside`: an administrator at the terminal, with a trail."""

import json

import pytest
from sqlalchemy import select

import config
from marketplace.accounts.models import OutsideInvitation, Person
from marketplace.audit.models import AuditEntry
from tests.accounts.people import enrol
from tests.accounts.phones import enrol_with_phone
from tests.accounts.test_outside import HOUSE

LISTED = {
    "name": HOUSE, "kind": "oidc", "issuer": "https://id.example", "client_id": "market",
    "client_secret": "s", "label": {"zh": "统一登录", "en": "Bureau"},
    "organisations": [{"kind": "UNIT", "id": 3}], "hosts": ["keys.example"],
}  # fmt: skip


def test_whoever_lost_phone_and_paper_is_reset_with_the_reason(app, session, clock):
    person, _phone = enrol_with_phone(session, clock)
    asked = ["reset-second-step", person.login, "--reason", "showed an identity card"]
    done = app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0, done.output
    session.expire_all()
    assert session.get_one(Person, person.id).second_step_since is None
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.after) == (
        "second_step.reset",
        {"reason": "showed an identity card"},
    )


@pytest.mark.parametrize(
    "asked",
    [["reset-second-step", "nobody", "--reason", "x"], ["reset-second-step", "wang@example.org"],
     ["invite-outside", "nobody", HOUSE, "a@b.example"],
     ["invite-outside", "wang@example.org", "elsewhere", "a@b.example"]],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_words(app, session, asked):
    enrol(session)
    told = app.test_cli_runner().invoke(args=asked)
    assert told.exit_code != 0
    assert "Traceback" not in told.output


def test_an_invitation_is_written_for_a_house_of_the_settings(make_app, session):
    person = enrol(session)
    providers = config.read({"OIDC_PROVIDERS": json.dumps([LISTED])}).providers
    runner = make_app(providers=providers).test_cli_runner()
    asked = ["invite-outside", person.login, HOUSE, "Wang@Bureau.example"]
    assert runner.invoke(args=asked).exit_code == 0
    found = session.scalars(select(OutsideInvitation)).one()
    assert (found.person_id, found.mail) == (person.id, "wang@bureau.example")


def test_houses_are_read_from_the_setting_or_from_a_file(tmp_path):
    given = json.dumps([LISTED])
    file = tmp_path / "houses.json"
    file.write_text(given)
    for value in (given, str(file)):
        [house] = config.read({"OIDC_PROVIDERS": value}).providers
        assert (house.label_en, house.organisations) == ("Bureau", (("UNIT", 3),))
        assert house.hosts == ("keys.example",)
    assert config.read({}).providers == ()


WRONG: list[dict[str, object]] = [
    {"name": "Ａ"},
    {"kind": "saml"},
    {"issuer": "http://id.example"},
    {"client_secret": ""},
    {"unknown": 1},
    {"label": {}},
    {"organisations": [{"kind": "UNIT", "id": "x"}]},
    {"kind": "wecom", "api_base": "http://evil.example"},
]


@pytest.mark.parametrize(
    "given",
    ["nonsense", "[", "[1]", "[{}]", '{"name": "x"}', json.dumps([LISTED, LISTED])]
    + [json.dumps([{**LISTED, **changes}]) for changes in WRONG],
)
def test_nonsense_is_refused_by_the_settings_name(given):
    with pytest.raises(config.WrongSetting, match="OIDC_PROVIDERS"):
        config.read({"OIDC_PROVIDERS": given})
