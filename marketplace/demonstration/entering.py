"""Who wants to sell too: one application waits for the township, one is shown in public."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.demonstration.money import who
from marketplace.entering import commands
from marketplace.entering.queries import get_entry
from marketplace.entering.rules.application import Benefit, GivenEntry
from marketplace.entering.rules.requirements import ATTESTED, By, Settled
from marketplace.producers.rules import Papers, make_uscc
from marketplace.uploads.rules import GivenFile

COUNTY = "420304"
# 云彩山村 and 会沟村.
YUNCAI, HUIGOU = "420304102209", "420304106205"
SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def tell_of_entering(session: Session, logins: Mapping[str, int], now: datetime) -> None:
    """Through the marketplace's own commands, by shopper@demo, staff@demo and three officers."""
    today = day_of(now)
    waiting = _given("云彩山村薯业合作社", 9_001, YUNCAI, today)
    commands.submit_entry(session, who(session, logins["shopper"]), waiting, now)
    start = now - timedelta(days=3)
    shown = _given("会沟村菌棒专业合作社", 9_002, HUIGOU, today)
    entry = commands.submit_entry(session, who(session, logins["staff"]), shown, start)
    steps = (("township", "户数与村级台账一致,同意。"), ("cashier", ""), ("official", ""))
    for number, (login, words) in enumerate(steps):
        officer = who(session, logins[login])
        if number == 0:
            _settle(session, officer, entry.id, start)
        commands.pass_entry(session, officer, entry.id, words, start + timedelta(hours=number))


def _settle(session: Session, officer: Identity, entry_id: int, at: datetime) -> None:
    for one in get_entry(session, officer, entry_id).requirements:
        if one.by == By.PERSON:
            answer = (one.code, Settled.VERIFIED, "")
            commands.settle_requirement(session, officer, entry_id, answer, at)


def _given(name: str, number: int, village_code: str, today: date) -> GivenEntry:
    return GivenEntry(
        name=name,
        kind="COOPERATIVE",
        uscc=make_uscc(COUNTY, number),
        village_code=village_code,
        phone="0719-7220100",
        story="村集体牵头,社员以家庭为单位交售。",
        papers=Papers("LICENCE", f"JY1420304{number:07d}", today + timedelta(days=1_200)),
        legal_name="演示法人",
        legal_tail="001X",
        bank="演示银行郧阳支行",
        bank_number=f"6222000000{number:06d}",
        benefits=(
            Benefit(village_code, "BUSINESS", 26),
            Benefit(village_code, "WAGE", 8, row=2),
        ),
        licence=GivenFile("licence", "营业执照.pdf", SCAN),
        food_paper=GivenFile("food_paper", "食品证件.pdf", SCAN),
        attested=frozenset(ATTESTED),
    )
