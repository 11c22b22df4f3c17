"""Papers about one order: contract, delivery note, acceptance, stock entry, its entries."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution.queries import villages_of_orders
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import (
    Cell,
    Row,
    RuleRow,
    Sheet,
    Table,
    Yuan,
    tables_by_rule,
)
from marketplace.geography.queries import names_of
from marketplace.ordering.queries import LineView, OrderView
from marketplace.ordering.rules import CONFIRM_WITHIN, PAY_EXTENSION, PAY_WITHIN
from marketplace.producers.queries import get_producer
from marketplace.quota.queries import entries_of_order

GOODS_HEADS = ("序号", "商品", "规格", "单价(元)", "数量", "金额(元)", "认定产品")


def goods_table(title: str, lines: Sequence[LineView], freight_fen: int) -> Table:
    """What was ordered, with the freight and the sum below."""
    rows: list[Row] = [
        (
            place,
            line.product_name,
            line.variant_name,
            Yuan(line.unit_price_fen),
            line.quantity,
            Yuan(line.line_fen),
            "是" if line.is_certified else "否",
        )
        for place, line in enumerate(lines, 1)
    ]
    if freight_fen:
        rows.append((len(rows) + 1, "运费", "", Yuan(freight_fen), 1, Yuan(freight_fen), ""))
    total = sum(line.line_fen for line in lines) + freight_fen
    return Table(title, GOODS_HEADS, tuple(rows), ("合计", "", "", "", "", Yuan(total), ""))


def order_facts(order: OrderView) -> tuple[tuple[str, Cell], ...]:
    """What every paper of an order begins with."""
    return (
        ("订单号", order.number),
        ("采购单号", order.purchase_number),
        ("采购方", order.unit_name or order.buyer_name),
        ("供应商", order.producer_name),
        ("收货人", f"{order.consignee.name} {order.consignee.phone}"),
        ("收货地址", order.consignee.address),
        *end_of("订单状态", order.state),
    )


def end_of(label: str, state: str) -> tuple[tuple[str, Cell], ...]:
    """Whoever files a paper sees on it that what it tells came to nothing."""
    return ((label, words.ENDS[state]),) if state in words.ENDS else ()


def holder_of(order: OrderView) -> str:
    return order.unit_name or order.buyer_name


def is_confirmed(order: OrderView) -> bool:
    return order.confirmed_at is not None


def contract(session: Session, order: OrderView, _today: date) -> Sheet:
    """What the parties owe each other, made when the producer confirms."""
    producer = get_producer(session, order.producer_id)
    return Sheet(
        title="购销合同",
        holder=holder_of(order),
        facts=(
            ("合同编号", order.number),
            ("签订日期", words.day(order.confirmed_at)),
            ("甲方(采购方)", order.unit_name or order.buyer_name),
            ("乙方(供应商)", order.producer_name),
            ("乙方统一社会信用代码", producer.uscc),
            ("乙方电话", producer.phone),
            ("资金渠道", words.FUNDS[order.fund]),
            ("付款方式", words.TERMS[order.payment_terms]),
            ("交货地点", order.consignee.address),
            ("收货人", f"{order.consignee.name} {order.consignee.phone}"),
            *end_of("订单状态", order.state),
        ),
        tables=(goods_table("标的", order.lines, order.freight_fen),),
        sum_fen=order.total_fen,
        clauses=_clauses(order),
        signers=("甲方(签章)", "乙方(签章)", "签订日期"),
    )


def _clauses(order: OrderView) -> tuple[str, ...]:
    if order.payment_terms == "PREPAY":
        pay = (
            f"甲方自下单起 {PAY_WITHIN.days} 日内付清全部货款,可以延期一次,"
            f"延期 {PAY_EXTENSION.days} 日;乙方在货款到账后发货。"
        )
    else:
        pay = "乙方先行发货,甲方验收合格后按实际验收金额付款。"
    return (
        "一、乙方保证所供商品与平台登记的产地、批次、生产日期和认定信息一致。",
        f"二、乙方自下单起 {CONFIRM_WITHIN.days} 日内确认本订单;确认后除运费外价格不再变动。",
        f"三、{pay}",
        "四、甲方逐项验收,短少和拒收部分不付款;已付款的,退回甲方在运营中心的账户。",
        "五、生鲜商品签收后 48 小时内、其他商品 7 日内可以申请售后;质量问题在保质期内均可申请。"
        "双方不能一致的,由运营中心调解。",
        "六、乙方按实际结算金额开具数电发票。",
    )


def is_shipped(order: OrderView) -> bool:
    return bool(order.shipments)


def delivery_note(_session: Session, order: OrderView, _today: date) -> Sheet:
    """What left in which parcel."""
    lines = {line.id: line for line in order.lines}
    tables = tuple(
        Table(
            f"{words.moment(parcel.shipped_at)} {parcel.carrier} {parcel.tracking}",
            ("序号", "商品", "规格", "订购数量", "本次发货"),
            tuple(
                (
                    place,
                    lines[sent.line_id].product_name,
                    lines[sent.line_id].variant_name,
                    lines[sent.line_id].quantity,
                    sent.quantity,
                )
                for place, sent in enumerate(parcel.lines, 1)
            ),
            ("合计", "", "", "", sum(sent.quantity for sent in parcel.lines)),
        )
        for parcel in reversed(order.shipments)
    )
    facts = (*order_facts(order), ("备注", order.note or "—"))
    return Sheet("送货单", holder_of(order), facts, tables, signers=("发货人", "承运人", "收货人"))


def is_accepted(order: OrderView) -> bool:
    return order.accepted_at is not None


def acceptance_sheet(_session: Session, order: OrderView, _today: date) -> Sheet:
    """Line by line what was accepted, short and rejected, and why."""
    rows = tuple(
        (
            place,
            line.product_name,
            line.variant_name,
            line.quantity,
            line.accepted_quantity,
            line.rejected_quantity,
            line.quantity - line.accepted_quantity - line.rejected_quantity,
            Yuan(line.accepted_fen),
            line.acceptance_reason or "—",
        )
        for place, line in enumerate(order.lines, 1)
    )
    accepted_fen = sum(line.accepted_fen for line in order.lines)
    heads = ("序号", "商品", "规格", "订购", "合格", "拒收", "短少", "验收金额(元)", "说明")
    total: Row = ("合计", "", "", "", "", "", "", Yuan(accepted_fen), "")
    acceptor = next((event for event in order.events if event.kind == "ACCEPTED"), None)
    return Sheet(
        "验收单",
        holder_of(order),
        (
            *order_facts(order),
            ("验收日期", words.day(order.accepted_at)),
            ("系统内验收人", (acceptor and acceptor.actor_name) or "—"),
        ),
        (Table("验收情况", heads, rows, total),),
        sum_fen=accepted_fen,
        signers=("验收人一", "验收人二", "负责人"),
    )


def has_accepted(order: OrderView) -> bool:
    return is_accepted(order) and any(line.accepted_quantity for line in order.lines)


def stock_entry(_session: Session, order: OrderView, _today: date) -> Sheet:
    """What came into the unit's store."""
    accepted = [line for line in order.lines if line.accepted_quantity]
    rows = tuple(
        (
            place,
            line.product_name,
            line.variant_name,
            line.accepted_quantity,
            Yuan(line.unit_price_fen),
            Yuan(line.accepted_fen),
        )
        for place, line in enumerate(accepted, 1)
    )
    accepted_fen = sum(line.accepted_fen for line in accepted)
    heads = ("序号", "品名", "规格", "入库数量", "单价(元)", "金额(元)")
    return Sheet(
        "入库单",
        holder_of(order),
        (*order_facts(order), ("入库日期", words.day(order.accepted_at))),
        (Table("入库明细", heads, rows, ("合计", "", "", "", "", Yuan(accepted_fen))),),
        sum_fen=accepted_fen,
        signers=("交货人", "保管员", "负责人"),
    )


def is_complete(order: OrderView) -> bool:
    return order.completed_at is not None


def order_entries(session: Session, order: OrderView, _today: date) -> Sheet:
    """Every entry of the quota by which the order counts, and where its money stands."""
    found = [
        RuleRow(
            rule.code,
            rule.name,
            (
                words.day(entry.counted_on),
                rule.name,
                words.ENTRIES[entry.kind],
                entry.source,
                Yuan(entry.amount_fen),
            ),
            entry.amount_fen,
        )
        for entry, rule in entries_of_order(session, order.id)
    ]
    heads = ("计入日期", "规则", "类型", "来源", "金额(元)")
    counted = tables_by_rule("任务计入分录", heads, found)
    facts = (*order_facts(order), ("完成日期", words.day(order.completed_at)))
    return Sheet(
        "入账明细", holder_of(order), facts, (*counted, villages_table(session, [order.id]))
    )


def villages_table(session: Session, order_ids: Sequence[int]) -> Table:
    """Where the goods' money stands, village by village, after refunds."""
    parts = villages_of_orders(session, order_ids)
    names = names_of(session, [code for code, _amount in parts])
    rows = tuple((names[code], code, Yuan(amount_fen)) for code, amount_fen in parts)
    total = ("合计", "", Yuan(sum(amount_fen for _code, amount_fen in parts)))
    return Table("各村分得(按产地份额)", ("村", "区划代码", "金额(元)"), rows, total)
