"""People: found, entered, shut out and let in again; their roles asked for and ended."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.accounts.commands import ResetRequest, put_reset_letter
from marketplace.accounts.queries import (
    count_open_tokens,
    get_person,
    list_held,
    list_people,
    names_of,
)
from marketplace.accounts.rules.logins import KIND_WORDS, ROLE_WORDS
from marketplace.administration import commands
from marketplace.administration.forms import (
    read_new_person,
    read_reason,
    read_role,
    read_wanted_role,
)
from marketplace.administration.queries import list_requests_about
from marketplace.administration.routes.room import (
    blueprint,
    my_county,
    names_of_organisations,
    organisations_called,
    require_within_county,
)
from marketplace.administration.rules import STATE_WORDS, asks, decides, reads
from marketplace.administration.rules.deeds import DEED_WORDS
from marketplace.audit.queries import TrailWish, search_trail
from marketplace.core.identity import ROLES_OF
from marketplace.core.masking import last_four
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search
from marketplace.web.pages import LANGUAGES


def people_page(**_place: Any) -> str:
    typed_q = read_search(request.args)
    page = list_people(session(), typed_q, read_page(request.args), area=current_identity().area)
    return render_template(
        "administration/people.html",
        page=page,
        last_four=last_four,
        may_ask=asks(current_identity()),
    )


@blueprint.get("/desk/people")
@allow(reads)
def people() -> str:
    return people_page()


@blueprint.post("/desk/people")
@allow(asks)
@shown_again_by(people_page)
def admit() -> ResponseReturnValue:
    new = read_new_person(request.form)
    person_id = commands.admit_person(session(), current_identity(), new, now())
    _send_link(person_id)
    return _back(person_id, _("已建立账号,设置密码的链接已寄到登录邮箱,1 小时内有效。"))


def person_page(person_id: int, **_place: Any) -> str:
    person, me = get_person(session(), person_id), current_identity()
    held = list_held(session(), person_id, area=me.area)
    asked = list_requests_about(session(), person_id, area=me.area)
    places = [(one.organisation_kind, one.organisation_id) for one in held]
    places += [(one.organisation_kind, one.organisation_id) for one in asked]
    only = my_county() if me.area else None
    wish = TrailWish(object_kind="person", object_id=str(person_id), county_code=only)
    trail = search_trail(session(), wish, before_id=None, most=20)
    actors = {one.entry["actor_id"] for one in trail} | {one.asked_by for one in asked}
    return render_template(
        "administration/person.html",
        subject=person,
        last_four=last_four,
        held=held,
        asked=asked,
        organisations=names_of_organisations(places),
        names=names_of(session(), {one for one in actors if one}),
        tokens=count_open_tokens(session(), person_id, now()),
        trail=trail,
        kinds=ROLES_OF,
        kind_words=KIND_WORDS,
        role_words=ROLE_WORDS,
        deed_words=DEED_WORDS,
        state_words=STATE_WORDS,
        may_ask=asks(me) and me.person_id != person_id,
        may_end=decides(me) and me.person_id != person_id,
    )


@blueprint.get("/desk/people/<int:person_id>")
@allow(reads)
def person(person_id: int) -> str:
    return person_page(person_id)


@blueprint.post("/desk/people/<int:person_id>/link")
@allow(asks)
@shown_again_by(person_page)
def send_link(person_id: int) -> ResponseReturnValue:
    _send_link(person_id)
    return _back(person_id, _("设置密码的链接已寄出,1 小时内有效;5 分钟内不会重复寄。"))


@blueprint.post("/desk/people/<int:person_id>/<any(deactivate, reactivate):step>")
@allow(asks)
@shown_again_by(person_page)
def turn(person_id: int, step: str) -> ResponseReturnValue:
    act, words = {
        "deactivate": (commands.shut_out, _("已停用,对方在所有设备上的登录都已失效。")),
        "reactivate": (commands.let_in, _("已恢复,对方可以重新登录。")),
    }[step]
    act(session(), current_identity(), person_id, read_reason(request.form), now())
    return _back(person_id, words)


@blueprint.post("/desk/people/<int:person_id>/roles")
@allow(asks)
@shown_again_by(person_page)
def ask(person_id: int) -> ResponseReturnValue:
    wanted = read_wanted_role(request.form, person_id, organisations_called)
    require_within_county(wanted.role)
    commands.ask_for_role(session(), (current_identity(), my_county()), wanted, now())
    return _back(person_id, _("申请已提交,由安全管理员决定。"))


@blueprint.post("/desk/people/<int:person_id>/roles/end")
@allow(decides)
@shown_again_by(person_page)
def end(person_id: int) -> ResponseReturnValue:
    role = read_role(request.form, person_id)
    require_within_county(role)
    commands.end_role(session(), current_identity(), role, read_reason(request.form), now())
    return _back(person_id, _("角色已结束,从下一次点击起生效。"))


def _send_link(person_id: int) -> None:
    person = get_person(session(), person_id)
    languages = [person.locale] if person.locale in LANGUAGES else [*LANGUAGES]

    def write(token: str) -> tuple[str, str]:
        """In the reader's language, not in that of whoever sends it; in each, where none is
        known."""
        letters = []
        for language in languages:
            with force_locale(language):
                letters.append(_write_letter(token))
        subjects, bodies = zip(*letters, strict=True)
        return " · ".join(subjects), "\n\n".join(bodies)

    put_reset_letter(session(), ResetRequest(person.login, None, write=write), now())


def _write_letter(token: str) -> tuple[str, str]:
    # Never the host of the request, which whoever asks may choose.
    public_url = current_app.config["SETTINGS"].public_url.rstrip("/")
    words = _(
        "运营中心为您在帮扶集建立了账号。请在 1 小时内打开下面的链接设置密码:\n\n"
        "%(link)s\n\n链接只能用一次;过期了可以在登录页点「忘记密码」再要一个。",
        link=public_url + url_for("accounts.reset", token=token),
    )
    return _("设置帮扶集的密码"), words


def _back(person_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("administration.person", person_id=person_id))
