"""What is done with stock besides selling it: outlets, counts, losses, and capacities."""

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.capacity.commands import confirm_capacity, declare
from marketplace.capacity.rules import DeclaredCapacity
from marketplace.catalogue.commands import (
    add_report,
    count_stock,
    open_outlet,
    send_to_outlet,
    take_from_outlet,
    write_off,
)
from marketplace.catalogue.queries.batches import KeptBatch, list_batches
from marketplace.catalogue.rules.keeping import Loss, NewOutlet, OutletMove
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.core.paging import PageRequest
from marketplace.demonstration.places import COUNTY
from marketplace.ordering.commands.recalls import recall_batch
from marketplace.ordering.queries.recalls import purchases_with
from marketplace.producers.queries.workshops import workshops_of
from marketplace.uploads.rules import GivenFile

# The smallest page there is: what a laboratory wrote is not made up here.
REPORT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
# Six cabinets, and four halls or zones, as the county reports them; where they stand is made up.
OUTLETS = (
    ("区政府机关食堂专柜", "CABINET", "城关镇沿江大道 8 号"),
    ("郧阳区人民医院专柜", "CABINET", "城关镇解放路 67 号"),
    ("郧阳区第一中学专柜", "CABINET", "城关镇郧阳路 2 号"),
    ("区税务局专柜", "CABINET", "城关镇金沙路 15 号"),
    ("区农商行营业厅专柜", "CABINET", "城关镇郧阳路 39 号"),
    ("汽车客运站专柜", "CABINET", "城关镇大桥南路 1 号"),
    ("消费帮扶专馆", "HALL", "城关镇滨江大道 120 号"),
    ("供应链中心展示馆", "HALL", "杨溪铺镇青龙泉社区"),
    ("寿康永乐超市专区", "ZONE", "城关镇东岭街 6 号"),
    ("武商超市专区", "ZONE", "十堰市人民中路 1 号"),
)  # fmt: skip


def tell_of_stock(
    session: Session, people: tuple[int, int], producer_id: int, now: datetime
) -> None:
    """`people`: the official of the centre, and the clerk of the producer."""
    official, clerk = (load_identity(session, person_id) for person_id in people)
    assert official is not None
    assert clerk is not None
    opened = now - timedelta(days=200)
    outlets = [
        open_outlet(session, official, NewOutlet(*one, COUNTY), opened).id for one in OUTLETS
    ]
    batches = [
        one
        for one in list_batches(session, producer_id, PageRequest(1, 100), day_of(now)).items
        if one.free >= 30 and one.days_left(day_of(now)) != 0
    ]
    for place, batch in enumerate(batches[:4]):
        _keep(session, clerk, batch, outlets[place], now - timedelta(days=3 - place))
    _declare(session, official, clerk, producer_id, now)
    _test_and_recall(session, official, clerk, batches, now)


def _test_and_recall(
    session: Session,
    official: Identity,
    clerk: Identity,
    batches: list[KeptBatch],
    now: datetime,
) -> None:
    """Test reports of some batches; one batch of the past is recalled: the worker
    settles its orders."""
    for batch in batches[:3]:
        tested = batch.produced_on
        file = GivenFile("report", f"检测报告 {batch.code}.pdf", REPORT)
        add_report(session, clerk, batch.id, (file, "十堰市食品检验所(演示)", tested), now)
    producer_id = batches[0].producer_id
    past = list_batches(session, producer_id, PageRequest(1, 500), day_of(now)).items
    sold_out = [one.id for one in past if one.on_hand == 0]
    few = (one for one in sold_out if 1 <= len(purchases_with(session, one)) <= 3)
    for batch_id in islice(few, 1):
        recall_batch(session, official, batch_id, "企业自查发现封口不严(演示)", now)


def _keep(
    session: Session, clerk: Identity, batch: KeptBatch, outlet_id: int, at: datetime
) -> None:
    sent = OutletMove(batch.id, outlet_id, 12, "SENT", "随周一的货车送去")
    send_to_outlet(session, clerk, sent, at)
    sold = OutletMove(batch.id, outlet_id, 7, "SOLD", "柜台日报")
    take_from_outlet(session, clerk, sold, at + timedelta(hours=5))
    loss = Loss(batch.id, 2, "DAMAGED", "装车时包装破损")
    write_off(session, clerk, loss, at + timedelta(hours=6))
    counted = (batch.on_hand - 15, "月末盘点,少一件")
    count_stock(session, clerk, batch.id, counted, at + timedelta(hours=7))


def _declare(
    session: Session, official: Identity, clerk: Identity, producer_id: int, now: datetime
) -> None:
    """What holds, and a newer declaration that waits."""
    for place, workshop in enumerate(workshops_of(session, producer_id)[:2]):
        yearly = DeclaredCapacity("YEAR", "KILOGRAM", 60_000 + 20_000 * place)
        at = now - timedelta(days=90)
        declared = declare(session, clerk, (producer_id, workshop.id), yearly, at)
        confirm_capacity(session, official, declared.id, at + timedelta(days=2))
    first = workshops_of(session, producer_id)[0]
    monthly = DeclaredCapacity("MONTH", "KILOGRAM", 8_000)
    declare(session, clerk, (producer_id, first.id), monthly, now - timedelta(days=1))
