"""Suggested matches: what counts under the rule, where, and sending one to a unit once a week."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import Batch, Product
from marketplace.cockpit.models import MatchNotice, SuggestedMatch
from marketplace.notices.models import Notice
from marketplace.pairings.models import Pairing
from marketplace.units.commands import NewUnit, create_unit
from tests.cockpit.conftest import Visit, Work
from tests.conftest import FrozenClock
from tests.county import HUIGOU, START, YUNCAI, County


def found(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = select(SuggestedMatch).order_by(SuggestedMatch.place)
    pairs = [(one.unit_id, one.village_code) for one in session.scalars(rows)]
    session.rollback()
    return pairs


def test_goods_without_a_certificate_are_not_suggested(
    session: Session, county: County, count: Work
) -> None:
    count()
    assert found(session)
    for goods in (county.mushrooms, county.noodles):
        session.execute(
            update(Product)
            .where(Product.id == goods.product_id)
            .values(certified_until=date(2026, 11, 1))
        )
    session.commit()
    count()
    assert found(session) == []


def test_goods_of_another_county_are_not_suggested(
    session: Session, county: County, count: Work
) -> None:
    count()
    assert {village for _unit, village in found(session)} == {HUIGOU, YUNCAI}


def test_goods_that_expire_within_thirty_days_are_not_suggested(
    session: Session, county: County, count: Work, clock: FrozenClock
) -> None:
    session.execute(update(Batch).values(expires_on=date(2026, 12, 20)))
    session.commit()
    count()
    assert found(session) == []


def test_a_pairing_stands_first_and_the_list_says_why(
    session: Session, county: County, count: Work, visit: Visit
) -> None:
    session.add(
        Pairing(
            unit_id=county.other_unit_id, village_code=YUNCAI, from_on=date(2026, 1, 1),
            basis="", made_by=county.operator.person_id, made_at=START,
        )
    )  # fmt: skip
    session.commit()
    count()
    assert found(session)[0] == (county.other_unit_id, YUNCAI)
    page = visit(county.auditor).see("/desk/matches")
    assert "已结对" in page
    assert "还差 4,500.00 元" in page
    assert "区档案馆" in page
    only = visit(county.auditor).see("/desk/matches?q=档案")
    assert "区财政局" not in only
    assert "没有建议" in visit(county.auditor).see("/desk/matches?q=%00%25")


def test_the_page_of_a_pair_shows_the_goods_and_leads_on(county: County, visit: Visit) -> None:
    page = visit(county.operator).see(f"/desk/matches/{county.unit_id}/{HUIGOU}")
    assert "椴木香菇" in page
    assert "散装橄榄油" not in page
    assert "最早 2027年11月1日到期" in page
    for path in (f"/unit/{county.unit_id}/plan", "/desk/pairings", f"/desk/villages/{HUIGOU}"):
        assert path in page


def test_a_suggestion_reaches_the_unit_once_a_week(
    session: Session, county: County, visit: Visit, clock: FrozenClock
) -> None:
    operator, path = visit(county.operator), f"/desk/matches/{county.unit_id}/{HUIGOU}"
    operator.send(f"{path}/send")
    told = session.scalars(select(Notice).where(Notice.kind == "match_suggested")).all()
    people = {county.buyer.person_id, county.finance.person_id}
    assert {one.person_id for one in told} == people
    session.rollback()
    assert "会沟村" in visit(county.buyer).see("/me/notices")
    page = operator.see(path)
    assert "发给该单位</" not in page
    assert "本周已经发给" in operator.send(f"{path}/send", 409).text
    clock.advance(days=7)
    operator.send(f"{path}/send")
    weeks = session.scalars(select(MatchNotice.week).order_by(MatchNotice.id)).all()
    assert weeks == ["2026-W48", "2026-W49"]
    trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "match.sent")).all()
    assert [one.after["village_code"] for one in trail] == [HUIGOU, HUIGOU]


def test_only_operators_send(session: Session, county: County, visit: Visit) -> None:
    path = f"/desk/matches/{county.unit_id}/{HUIGOU}"
    assert "发给该单位</" not in visit(county.auditor).see(path)
    visit(county.auditor).send(f"{path}/send", 403)
    visit(county.buyer).send(f"{path}/send", 403)
    visit(county.buyer).see(path, 403)
    visit(None).send(f"{path}/send", 302)
    assert session.scalars(select(MatchNotice)).all() == []


def test_a_unit_without_people_cannot_be_told(
    session: Session, county: County, visit: Visit
) -> None:
    empty = create_unit(session, NewUnit("区地震局", 1, "420304000000", 9, START.date()), START)
    session.commit()
    path = f"/desk/matches/{empty.id}/{HUIGOU}/send"
    session.rollback()
    assert "开通账号" in visit(county.operator).send(path, 409).text


def test_a_suggestion_that_no_longer_stands_is_refused(
    session: Session, county: County, visit: Visit
) -> None:
    session.execute(update(Batch).values(quantity_on_hand=0, quantity_reserved=0))
    session.commit()
    path = f"/desk/matches/{county.unit_id}/{HUIGOU}"
    assert "没有可计入的货" in visit(county.operator).see(path)
    assert "已经不成立" in visit(county.operator).send(f"{path}/send", 409).text


@pytest.mark.parametrize(
    "place",
    [
        "0/{v}", "-1/{v}", "1.5/{v}", "1e9/{v}", "99999/{v}", "{u}/420304", "{u}/x", "{u}/%00",
        "{u}/999999999999", "{u}/" + "4" * 10_000, "９/{v}",
    ],
)  # fmt: skip
def test_what_is_no_pair_is_not_found(county: County, visit: Visit, place: str) -> None:
    path = "/desk/matches/" + place.format(u=county.unit_id, v=HUIGOU)
    visit(county.operator).see(path, 404)
    visit(county.operator).send(f"{path}/send", 404)


@pytest.mark.parametrize(
    "query",
    ["", "?sold=none&span=quarter", "?sold=x&span=y", "?q=%00&page=-1", "?q=会沟&sold=some",
     "?page=1e9", "?q=" + "x" * 5_000],
)  # fmt: skip
def test_villages_are_listed_and_taken_away_as_filtered(
    county: County, visit: Visit, query: str
) -> None:
    visit(county.auditor).see(f"/desk/villages{query}")
    visit(county.auditor).see(f"/desk/villages.csv{query}")
    visit(county.buyer).see(f"/desk/villages{query}", 403)


def test_a_villages_ledger_leads_to_its_orders(
    session: Session, county: County, visit: Visit
) -> None:
    from tests.ordering.steps import completed

    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    order_id = order.id
    session.rollback()
    page = visit(county.auditor).see(f"/desk/villages/{HUIGOU}")
    assert f'href="/orders/{order_id}"' in page
    visit(county.auditor).see(f"/orders/{order_id}")
    for code in ("420304", "x", "999999999999", "%00"):
        visit(county.auditor).see(f"/desk/villages/{code}", 404)
