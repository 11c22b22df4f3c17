"""A table of goods: judged row by row, written as a whole; the second time it is nothing new."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import PriceEntry, Product, Variant
from marketplace.catalogue.queries import get_own
from marketplace.core.errors import NotFound
from marketplace.jobs import list_jobs
from marketplace.listing import commands, queries
from marketplace.listing.commands.imports import (
    IMPORT_JOB,
    ask_to_write,
    hand_in,
    import_now,
    mend,
    write_run,
)
from marketplace.listing.models import ChangeRequest, ImportRun, VariantSku
from marketplace.listing.queries.judging import Judged, judge
from marketplace.listing.rules import PackWish
from marketplace.listing.rules.sheet import ImportClosed, RowsRefused
from marketplace.outbox.models import OutboxMessage
from tests.conftest import settings_for
from tests.county import HUIGOU, START, YUNCAI, County
from tests.listing.tables import GOOD, OTHER, numbered, row


def judged(session: Session, county: County, *rows: list[str]) -> Judged:
    return judge(session, county.producer_id, numbered(*rows))


def wrong(session: Session, county: County, *rows: list[str]) -> list[tuple[int, str]]:
    found = judged(session, county, *rows).bad
    return [(one.row.number, error.column) for one in found for error in one.errors]


def written(session: Session, county: County, *rows: list[str], good: bool = False) -> Judged:
    table = ("货.xlsx", numbered(*rows))
    return import_now(session, county.clerk, county.producer_id, table, START, takes_good=good)


def mushrooms(county: County, **changes: str) -> list[str]:
    """A row that says of the mushrooms what they are, but for some cells."""
    stands = {
        "sku": "M-1",
        "name": "椴木香菇",
        "pack": "500 克",
        "price": "64.03",
        "minimum": "",
        "carton": "",
        "village": YUNCAI,
        "description": "",
    }
    return row(**{**stands, **changes})


def products(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Product)) or 0


def test_rows_of_one_name_become_one_draft_with_its_packs(session: Session, county: County) -> None:
    found = written(session, county, GOOD, OTHER)
    assert [verdict.kind for verdict in found.verdicts] == ["NEW", "NEW"]
    product = get_own(session, session.scalars(select(func.max(Product.id))).one())
    assert (product.state, product.description, len(product.packs)) == ("DRAFT", "好吃", 2)
    assert [(p.pack_grams, p.price_fen, p.minimum_quantity) for p in product.packs] == [
        (500, 6_400, 2),
        (2_500, 30_000, 1),
    ]
    row_of_product = session.get_one(Product, product.id)
    assert (row_of_product.lowest_price_fen, row_of_product.price_per_500g_fen) == (6_400, 6_000)
    assert session.scalars(select(VariantSku.sku).order_by(VariantSku.sku)).all() == ["A-1", "A-2"]
    commands.submit(session, county.clerk, product.id, START)


def test_the_same_table_twice_changes_nothing(session: Session, county: County) -> None:
    written(session, county, GOOD, OTHER)
    session.commit()
    count = session.scalar(select(func.count()).select_from(PriceEntry))
    again = written(session, county, GOOD, OTHER)
    assert {verdict.kind for verdict in again.verdicts} == {"SAME"}
    assert session.scalar(select(func.count()).select_from(PriceEntry)) == count


def test_nothing_is_written_while_a_row_is_bad(session: Session, county: County) -> None:
    before = products(session)
    with pytest.raises(RowsRefused) as refused:
        written(session, county, GOOD, row(sku="A-9", name="坏", price="abc"))
    assert [error.field for error in refused.value.errors] == ["rows.4.price"]
    assert products(session) == before


def test_the_good_rows_alone_are_written_where_that_is_wanted(
    session: Session, county: County
) -> None:
    before = products(session)
    written(session, county, GOOD, row(sku="A-9", name="坏", price="abc"), good=True)
    assert products(session) == before + 1


def test_a_row_finds_the_pack_it_is_about_and_gives_it_a_number(
    session: Session, county: County
) -> None:
    found = written(session, county, mushrooms(county, price="60.00"))
    assert [verdict.kind for verdict in found.verdicts] == ["CHANGED"]
    session.expire_all()
    assert session.get_one(Variant, county.mushrooms.variant_id).price_fen == 6_000
    assert session.get_one(Product, county.mushrooms.product_id).lowest_price_fen == 6_000
    assert session.scalars(select(PriceEntry.reason).order_by(PriceEntry.id.desc())).first() == (
        "IMPORT"
    )
    again = judged(session, county, mushrooms(county, price="60.00"))
    assert [verdict.kind for verdict in again.verdicts] == ["SAME"]


def test_a_rise_and_a_new_pack_on_sale_wait_for_the_centre(
    session: Session, county: County
) -> None:
    rows = (
        mushrooms(county, price="70.00"),
        mushrooms(county, sku="M-2", pack="1公斤", price="130"),
    )
    found = written(session, county, *rows)
    assert {verdict.kind for verdict in found.verdicts} == {"WAITING"}
    assert session.get_one(Variant, county.mushrooms.variant_id).price_fen == 6_403
    session.commit()
    again = written(session, county, *rows)
    assert {verdict.kind for verdict in again.verdicts} <= {"SAME", "WAITING"}
    (request,) = session.scalars(select(ChangeRequest)).all()
    commands.agree(session, county.operator, request.id, START)
    session.expire_all()
    assert session.get_one(Variant, county.mushrooms.variant_id).price_fen == 7_000
    assert [pack.sku for pack in _packs(session, county)] == ["M-1", "M-2"]
    last = judged(session, county, *rows)
    assert {verdict.kind for verdict in last.verdicts} == {"SAME"}


def _packs(session: Session, county: County) -> tuple[PackWish, ...]:
    return queries.stands(session, get_own(session, county.mushrooms.product_id)).packs


def test_another_change_while_one_waits_is_refused(session: Session, county: County) -> None:
    written(session, county, mushrooms(county, price="70.00"))
    assert wrong(session, county, mushrooms(county, price="80.00")) == [(3, "sku")]


def test_what_is_handed_in_is_not_changed_by_a_table(session: Session, county: County) -> None:
    written(session, county, GOOD)
    product_id = session.scalars(select(func.max(Product.id))).one()
    commands.submit(session, county.clerk, product_id, START)
    assert wrong(session, county, GOOD) == []
    assert wrong(session, county, row(price="1")) == [(3, "sku")]


def test_somebody_elses_number_is_refused(session: Session, county: County) -> None:
    table = ("货.xlsx", numbered(GOOD))
    import_now(session, county.other_clerk, county.other_producer_id, table, START)
    assert wrong(session, county, GOOD) == [(3, "sku")]
    with pytest.raises(NotFound):
        import_now(session, county.clerk, county.other_producer_id, table, START)
    with pytest.raises(NotFound):
        hand_in(session, county.clerk, county.other_producer_id, table, START)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("sku", ""),
        ("sku", "A" * 41),
        ("name", ""),
        ("name", "香" * 121),
        ("name", "a\x00b"),
        ("category", "没有"),
        ("category", ""),
        ("pack", "一大堆"),
        ("pack", "99999999公斤"),
        ("price", "0"),
        ("price", "-1"),
        ("price", "1.555"),
        ("price", "1e9"),
        ("price", ""),
        ("price", "10000000"),
        ("minimum", "1.5"),
        ("minimum", "0"),
        ("minimum", "-1"),
        ("carton", "1e9"),
        ("village", "999999999999"),
        ("village", ""),
        ("workshop", "别人的车间"),
    ],
)
def test_a_cell_that_cannot_be_is_named(
    session: Session, county: County, column: str, cell: str
) -> None:
    assert wrong(session, county, row(**{column: cell})) == [(3, column)]


def test_what_people_write_is_understood(session: Session, county: County) -> None:
    typed = row(
        price="¥１,２８０.５", minimum="３", category="Shiitake", village=f"{HUIGOU} 会沟村"
    )
    (verdict,) = judged(session, county, typed).verdicts
    assert verdict.errors == []
    assert (verdict.row.price_fen, verdict.row.minimum_quantity) == (128_050, 3)


def test_a_number_in_two_rows_and_rows_that_contradict_each_other_are_refused(
    session: Session, county: County
) -> None:
    assert wrong(session, county, GOOD, row(name="别的")) == [(4, "sku")]
    assert wrong(session, county, GOOD, row(sku="A-2", pack="1斤", village=YUNCAI)) == [
        (4, "village")
    ]
    assert wrong(session, county, GOOD, row(sku="A-2")) == [(4, "pack")]


def test_a_table_is_mended_in_the_page_and_written_by_a_worker(
    session: Session, county: County
) -> None:
    table = ("货.xlsx", numbered(GOOD, row(sku="A-2", pack="一大堆")))
    run_id = hand_in(session, county.clerk, county.producer_id, table, START)
    with pytest.raises(RowsRefused):
        ask_to_write(session, county.clerk, run_id, START, takes_good=False)
    with pytest.raises(NotFound):
        mend(session, county.other_clerk, run_id, {(4, "pack"): "5斤"})
    mend(session, county.clerk, run_id, {(4, "pack"): "5斤"})
    before = products(session)
    for _ in range(2):
        ask_to_write(session, county.clerk, run_id, START, takes_good=False)
    assert products(session) == before
    jobs = session.scalars(select(OutboxMessage).where(OutboxMessage.job == IMPORT_JOB)).all()
    assert len(jobs) == 1
    for _ in range(2):
        write_run(session, run_id, START)
    run = session.get_one(ImportRun, run_id)
    assert (run.state, run.outcome["NEW"], products(session)) == ("DONE", 2, before + 1)
    with pytest.raises(ImportClosed):
        mend(session, county.clerk, run_id, {})


def test_a_row_that_turned_bad_before_it_was_written_stops_all_of_it(
    session: Session, county: County
) -> None:
    table = ("货.xlsx", numbered(GOOD, row(sku="A-2", name="别的")))
    run_id = hand_in(session, county.clerk, county.producer_id, table, START)
    ask_to_write(session, county.clerk, run_id, START, takes_good=False)
    other = ("货.xlsx", numbered(row(sku="A-2", name="别的")))
    import_now(session, county.other_clerk, county.other_producer_id, other, START)
    before = products(session)
    write_run(session, run_id, START)
    assert session.get_one(ImportRun, run_id).state == "REFUSED"
    assert products(session) == before


def test_a_table_that_a_worker_refused_is_handed_in_anew(session: Session, county: County) -> None:
    """The worker is asked once for each table: nothing may wait for it a second time."""
    run_id = hand_in(session, county.clerk, county.producer_id, ("货", numbered(GOOD)), START)
    ask_to_write(session, county.clerk, run_id, START, takes_good=False)
    session.get_one(ImportRun, run_id).rows = numbered(row(pack="一大堆"))
    write_run(session, run_id, START)
    assert session.get_one(ImportRun, run_id).state == "REFUSED"
    with pytest.raises(ImportClosed):
        ask_to_write(session, county.clerk, run_id, START, takes_good=True)


def test_the_worker_knows_the_job(tmp_path) -> None:
    assert IMPORT_JOB in list_jobs(settings_for("sqlite://", tmp_path))


@pytest.mark.slow
def test_five_thousand_rows_are_checked_and_written(session: Session, county: County) -> None:
    rows = [
        row(sku=f"S-{number}", name=f"商品 {number // 2}", pack=f"{number % 2 + 1}斤")
        for number in range(5_000)
    ]
    run_id = hand_in(session, county.clerk, county.producer_id, ("货", numbered(*rows)), START)
    ask_to_write(session, county.clerk, run_id, START, takes_good=False)
    session.commit()
    write_run(session, run_id, START)
    session.commit()
    assert session.get_one(ImportRun, run_id).outcome["NEW"] == 5_000
    cheaper = [[*one[:4], "60", *one[5:]] for one in rows]
    found = written(session, county, *cheaper)
    session.commit()
    assert found.count()["CHANGED"] == 5_000
