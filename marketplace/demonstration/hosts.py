"""Hosts and an agency: one trusted and under contract, one suspended, one waits, one refused."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session
from stdnum.cn import ric

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.core.sealing import Sealer
from marketplace.demonstration.money import who
from marketplace.hosts import commands
from marketplace.hosts.commands import Subject
from marketplace.hosts.rules.agreement import VERSION
from marketplace.hosts.rules.application import GivenApplication
from marketplace.hosts.rules.contracts import GivenContract
from marketplace.payments.commands import declare_account
from marketplace.payments.rules.accounts import GivenAccount, Holder
from marketplace.uploads.rules import GivenFile

COUNTY = "420304"
AGENCY_NAME, AGENCY_USCC = "郧山传媒", "91420304MA4YDN0010"
SHARE_PPM = 200_000
BANK = "演示银行郧阳支行"


def tell_of_hosts(
    session: Session, sealer: Sealer, logins: Mapping[str, int], host_id: int, now: datetime
) -> None:
    """Through the marketplace's own commands: two months of admissions and what came of them."""
    people = {login: who(session, person_id) for login, person_id in logins.items()}
    official, long_ago = people["official"], now - timedelta(days=200)
    commands.trust(session, official, host_id, "连续十场没有投诉", long_ago)
    host_account = GivenAccount(people["host"].name, "6217000420304000001", BANK)
    declare_account(session, people["host"], Holder(host_id=host_id), host_account, long_ago)
    _sign(session, people, sealer, logins["agency"], long_ago)
    _suspend(session, people, sealer, now)
    refused = _given("HOST", "江边小林", people["shopper"].name, 3, code="XIAOLIN")
    entry = commands.apply(session, people["shopper"], refused, sealer, now - timedelta(days=6))
    reason = "证件照片反光,看不清号码,请重新拍照后再提交。"
    commands.refuse(session, official, entry, reason, now - timedelta(days=5))
    waiting = _given("HOST", "郧阳小周", people["staff"].name, 4, code="XIAOZHOU")
    commands.apply(session, people["staff"], waiting, sealer, now - timedelta(hours=20))


def _sign(
    session: Session,
    people: Mapping[str, Identity],
    sealer: Sealer,
    agent_id: int,
    at: datetime,
) -> None:
    """An agency is admitted, and the host of the story agrees to its contract."""
    given = _given("AGENCY", AGENCY_NAME, people["agency"].name, 1, uscc=AGENCY_USCC)
    entry = commands.apply(session, people["agency"], given, sealer, at)
    agency_id = commands.admit(session, people["official"], entry, at).agency_id
    assert agency_id is not None
    agent, today = who(session, agent_id), day_of(at)
    until_on = date(today.year + 2, today.month, min(today.day, 28))
    terms = GivenContract("YUNXIA", SHARE_PPM, today, until_on)
    contract = commands.propose_contract(session, agent, agency_id, terms, at)
    commands.agree_to_contract(session, people["host"], contract.id, at)
    account = GivenAccount(AGENCY_NAME, "17020001000000088", BANK)
    declare_account(session, agent, Holder(agency_id=agency_id), account, at)


def _suspend(
    session: Session, people: Mapping[str, Identity], sealer: Sealer, now: datetime
) -> None:
    """A second host, admitted in summer and suspended lately."""
    at = now - timedelta(days=120)
    given = _given("HOST", "春梅赶大集", people["host2"].name, 2, code="CHUNMEI")
    entry = commands.apply(session, people["host2"], given, sealer, at)
    host_id = commands.admit(session, people["official"], entry, at).host_id
    assert host_id is not None
    reason = "直播中说香菇能治高血压,投诉查实;下架相关回放、书面整改后恢复。"
    since = now - timedelta(days=12)
    commands.suspend(session, people["cashier"], Subject("HOST", host_id), reason, since)


def _given(kind: str, name: str, person: str, number: int, **changes: str) -> GivenApplication:
    """An application of an invented person: the number belongs to nobody."""
    body = f"{COUNTY}1986030{number}{number:03d}"
    return GivenApplication(
        kind=kind,
        name=name,
        real_name=person,
        identity=body + str(ric.calc_check_digit(body + "0")),
        phone=f"1380000{number:04d}",
        photo=GivenFile("photo", "证件(演示).png", _picture()),
        agreement=VERSION,
        county_code=COUNTY,
        **changes,
    )


def _picture() -> bytes:
    """A card that is plainly nobody's."""
    card = Image.new("RGB", (480, 300), "#e8eef2")
    pen = ImageDraw.Draw(card)
    pen.rounded_rectangle((12, 12, 468, 288), radius=16, outline="#4a6572", width=3)
    pen.rectangle((330, 60, 440, 200), fill="#b8c6cf")
    pen.text((40, 60), "DEMO", fill="#4a6572")
    kept = BytesIO()
    card.save(kept, "PNG")
    return kept.getvalue()
