"""Papers about one purchase: order, approval, payment notice, certificate."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.documents.queries.orders import end_of, goods_table, villages_table
from marketplace.documents.rules import words
from marketplace.documents.rules.sheet import Cell, Sheet, Table, Yuan
from marketplace.ordering.queries import OrderPart, PurchaseView
from marketplace.payments.queries import payments_of
from marketplace.units.queries import account_paid_into, get_unit

COMPLETED = "COMPLETED"


def _facts(purchase: PurchaseView) -> tuple[tuple[str, Cell], ...]:
    return (
        ("采购单号", purchase.number),
        ("采购方", _holder(purchase)),
        ("经办人", purchase.buyer_name),
        ("资金渠道", words.FUNDS[purchase.fund]),
        ("付款方式", words.TERMS[purchase.payment_terms]),
        ("提交日期", words.day(purchase.submitted_at)),
        ("收货人", f"{purchase.consignee.name} {purchase.consignee.phone}"),
        ("收货地址", purchase.consignee.address),
        *end_of("状态", purchase.state),
    )


def _holder(purchase: PurchaseView) -> str:
    return purchase.unit_name or purchase.buyer_name


def _goods(purchase: PurchaseView) -> tuple[Table, ...]:
    return tuple(
        goods_table(_title(part), part.lines, part.freight_fen) for part in purchase.orders
    )


def _title(part: OrderPart) -> str:
    end = words.ENDS.get(part.state)
    return f"{part.producer_name} {part.number}" + (f"({end})" if end else "")


def is_submitted(purchase: PurchaseView) -> bool:
    return purchase.submitted_at is not None


def purchase_order(_session: Session, purchase: PurchaseView, _today: date) -> Sheet:
    """What was asked for, producer by producer."""
    return Sheet(
        "采购单",
        _holder(purchase),
        (*_facts(purchase), ("备注", purchase.note or "—")),
        _goods(purchase),
        sum_fen=purchase.total_fen,
        signers=("经办", "复核", "负责人"),
    )


def is_a_units(purchase: PurchaseView) -> bool:
    return is_submitted(purchase) and purchase.unit_id is not None


def approval_sheet(_session: Session, purchase: PurchaseView, _today: date) -> Sheet:
    """The purchase with every step of its approval."""
    steps = tuple(
        (
            words.moment(event.at),
            words.DECISIONS[event.kind],
            event.actor_name or "系统",
            event.reason or "—",
        )
        for event in reversed(purchase.events)
        if event.kind in words.DECISIONS
    )
    trail = Table("审批记录", ("时间", "环节", "经办人", "意见"), steps)
    return Sheet(
        "采购审批单",
        _holder(purchase),
        _facts(purchase),
        (*_goods(purchase), trail),
        sum_fen=purchase.total_fen,
        signers=("经办", "审批", "负责人"),
    )


def is_placed(purchase: PurchaseView) -> bool:
    return purchase.state in ("PLACED", "CLOSED")


def payment_notice(session: Session, purchase: PurchaseView, _today: date) -> Sheet:
    """Where to pay how much, under which code, and what came in so far."""
    facts = _facts(purchase)
    if purchase.unit_id is not None:
        facts += _account(session, get_unit(session, purchase.unit_id).division_code)
    kept = [one for one in payments_of(session, purchase.id) if one.state != "VOIDED"]
    rows = tuple(
        (
            one.remittance_code,
            words.day(one.created_at),
            Yuan(one.amount_fen),
            Yuan(one.received_fen),
            words.day(one.received_on),
        )
        for one in reversed(kept)
    )
    heads = ("汇款识别码(请写入附言)", "申请日期", "应付(元)", "已到账(元)", "到账日期")
    return Sheet(
        "付款通知书",
        _holder(purchase),
        facts,
        (Table("付款明细", heads, rows), _owed(purchase)),
        sum_fen=purchase.outstanding_fen,
        clauses=("本通知所列“尚需支付”为出具当日的金额;汇款时请在附言写明汇款识别码。",),
        signers=("制表", "财务", "负责人"),
    )


def _account(session: Session, division_code: str) -> tuple[tuple[str, Cell], ...]:
    account = account_paid_into(session, division_code)
    if account is None:
        return (("收款账户", "运营中心还没有登记收款账户,汇款前请先询问运营中心"),)
    return (
        ("收款户名", account.bank_account_name),
        ("收款账号", str(account.bank_account_number)),
        ("开户行", account.bank_name),
    )


def _owed(purchase: PurchaseView) -> Table:
    orders = purchase.orders
    rows = tuple(
        (
            part.number,
            part.producer_name,
            Yuan(part.payable_fen),
            Yuan(part.paid_fen - part.refunded_fen),
            Yuan(part.outstanding_fen),
        )
        for part in orders
    )
    total = (
        "合计",
        "",
        Yuan(sum(part.payable_fen for part in orders)),
        Yuan(sum(part.paid_fen - part.refunded_fen for part in orders)),
        Yuan(purchase.outstanding_fen),
    )
    heads = ("订单号", "供应商", "应付(元)", "已付(元)", "尚需支付(元)")
    return Table("各订单应付", heads, rows, total)


def _completed(purchase: PurchaseView) -> list[OrderPart]:
    return [part for part in purchase.orders if part.state == COMPLETED]


def has_completed(purchase: PurchaseView) -> bool:
    return purchase.unit_id is not None and bool(_completed(purchase))


def kept_fen(part: OrderPart) -> int:
    """What of an order was accepted and not given back since."""
    return sum(line.accepted_fen - line.refunded_fen for line in part.lines)


def certificate(session: Session, purchase: PurchaseView, today: date) -> Sheet:
    """What was bought, from whom, and which villages it helped: for anyone to check."""
    parts = _completed(purchase)
    rows = tuple((part.number, part.producer_name, Yuan(kept_fen(part))) for part in parts)
    total_fen = sum(kept_fen(part) for part in parts)
    orders = Table(
        "完成的订单", ("订单号", "供应商", "金额(元)"), rows, ("合计", "", Yuan(total_fen))
    )
    return Sheet(
        "消费帮扶采购证明",
        _holder(purchase),
        (
            ("采购方", _holder(purchase)),
            ("采购单号", purchase.number),
            ("资金渠道", words.FUNDS[purchase.fund]),
            ("截至", words.day(today)),
        ),
        (orders, villages_table(session, [part.id for part in parts])),
        sum_fen=total_fen,
        clauses=(
            "兹证明上述采购方通过帮扶集采购本证明所列农副产品,商品已验收,货款已付清。"
            "金额为验收金额减去退款,不含运费。扫描二维码可以核对本证明。",
        ),
        signers=("制表", "复核", "运营中心(签章)"),
        is_public=True,
    )


def certified_orders(sheet: Sheet) -> dict[str, int]:
    """Number of each order on a certificate → its amount there, in fen."""
    rows = sheet.tables[0].rows
    return {str(number): cell.fen for number, _name, cell in rows if isinstance(cell, Yuan)}
