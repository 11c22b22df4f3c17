"""Two outlets with three months of receipts, rents and costs; units that agreed and that wait."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.catalogue.commands import receive_batch, send_to_outlet
from marketplace.catalogue.queries.batches import KeptBatch, get_batch, list_batches
from marketplace.catalogue.queries.outlets import list_outlets
from marketplace.catalogue.queries.sold import shares_of_batches
from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.catalogue.rules.keeping import OutletMove
from marketplace.core.clock import day_of, month_of
from marketplace.core.identity import Identity
from marketplace.core.paging import PageRequest
from marketplace.demonstration.dice import dice
from marketplace.outlets.commands import Told, agree_receipt, enter_cost, report_now
from marketplace.outlets.queries import list_of_outlet
from marketplace.outlets.queries.receipts import ReceiptFilter
from marketplace.outlets.rules import NewCost
from marketplace.outlets.rules.sheet import ToldLine, ToldReceipt, as_rows

# A hall that pays more than a cabinet in an office's own house.
PLACES = (("消费帮扶专馆", 260_000), ("区政府机关食堂专柜", 60_000))
MONTHS = 3
RECEIPTS_A_MONTH = 8
PACKS = 60
PRICE_FEN = 3_980


def tell_of_outlets(
    session: Session,
    people: dict[str, int],
    holders: tuple[int, int],
    seed: int,
    now: datetime,
) -> None:
    """`people` by login; `holders`: the producer whose goods are sold, and the unit that buys."""
    official, clerk, finance = (
        load_identity(session, people[login]) for login in ("official", "producer", "finance")
    )
    assert official is not None
    assert clerk is not None
    producer_id, unit_id = holders
    outlets = {one.name: one.id for one in list_outlets(session)}
    first = now - timedelta(days=30 * MONTHS)
    batches = _for_outlets(session, clerk, producer_id, first)
    for (name, rent_fen), batch in zip(PLACES, batches, strict=True):
        move = OutletMove(batch.id, outlets[name], PACKS, "SENT", "随周一的货车送去")
        send_to_outlet(session, clerk, move, first)
        for month in range(MONTHS):
            told_at = first + timedelta(days=30 * (month + 1) - 1)
            told = _told(outlets[name], unit_id, batch, told_at, seed + month)
            report_now(session, official, outlets[name], told, told_at)
            rent = NewCost(month_of(day_of(told_at)), "RENT", rent_fen, "按月租金(演示)")
            enter_cost(session, official, outlets[name], rent, told_at)
            power = NewCost(month_of(day_of(told_at)), "POWER", 8_600 + 900 * month, "")
            enter_cost(session, official, outlets[name], power, told_at)
        if finance is not None:
            _agree(session, finance, outlets[name], now)


def _for_outlets(
    session: Session, clerk: Identity, producer_id: int, first: datetime
) -> list[KeptBatch]:
    """A batch for each outlet, made three months ago of what the producer sells."""
    page = list_batches(session, producer_id, PageRequest(1, 500), day_of(first))
    models = {one.variant_id: one for one in reversed(page.items)}
    made = []
    for (name, _rent), model in zip(PLACES, models.values(), strict=False):
        shares = shares_of_batches(session, [model.id])[model.id]
        received = ReceivedBatch(
            model.variant_id,
            f"ZG{day_of(first):%y%m%d}{len(name):02d}",
            day_of(first) - timedelta(days=10),
            400,
            PACKS,
            tuple(OriginShare(village, share_ppm) for village, share_ppm in shares),
        )
        batch = receive_batch(session, received, first, actor_id=clerk.person_id)
        made.append(get_batch(session, batch.id))
    return made


def _told(outlet_id: int, unit_id: int, batch: KeptBatch, told_at: datetime, seed: int) -> Told:
    """A month's receipts: most of persons, some in the unit's name, some with other goods."""
    chance = dice(seed, f"outlet:{outlet_id}")
    receipts = []
    for place in range(RECEIPTS_A_MONTH):
        day = day_of(told_at) - timedelta(days=chance.randint(0, 25))
        packs = chance.randint(1, 2)
        goods_fen = packs * PRICE_FEN
        other_fen = chance.choice((0, 0, 1_250, 3_600))
        by_unit = place % 4 == 3
        receipts.append(
            ToldReceipt(
                number=f"{told_at:%Y%m}-{place + 1:03d}",
                day=day,
                lines=(ToldLine(batch.code, packs, goods_fen),),
                total_fen=goods_fen + other_fen,
                unit_id=unit_id if by_unit else None,
                fund="UNION" if by_unit else "",
            )
        )
    return Told("FILE", f"{told_at:%Y-%m} 销售日报.xlsx", as_rows(receipts))


def _agree(session: Session, finance: Identity, outlet_id: int, now: datetime) -> None:
    """The unit has agreed to all but the latest two."""
    waiting = list_of_outlet(
        session, outlet_id, ReceiptFilter(state="WAITING"), PageRequest(1, 100)
    )
    for one in waiting.items[2:]:
        agree_receipt(session, finance, one.id, now - timedelta(days=1))
