"""Calling goods off a contract: at its prices, within its bounds; what comes to nothing goes back.

Every step that takes goods out of an order gives their room back here, in its own transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.contracts import commands as contracts
from marketplace.contracts.queries.agreements import (
    Agreement,
    find_agreed_freight,
    get_agreement,
)
from marketplace.contracts.rules.contracts import CalledLine, require_packs, require_room
from marketplace.contracts.rules.refusals import AgreedOffSale, FreightAgreed, NotAgreed
from marketplace.core.errors import NotFound
from marketplace.core.money import format_yuan
from marketplace.ordering.commands.pricing import PricedLine, list_wished, price, require_sum
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.models import Order, OrderLine, Purchase, Refund, RefundLine
from marketplace.ordering.rules import WishedLine
from marketplace.producers.queries import tariffs_of
from marketplace.producers.rules import Tariff, flat_tariff


def find_terms(
    session: Session, contract_id: int | None, unit_id: int | None, today: date
) -> Agreement | None:
    """What a purchase of this unit is bought under; None without a contract."""
    if contract_id is None:
        return None
    agreement = get_agreement(session, contract_id, today)
    if agreement.unit_id != unit_id:
        raise NotFound
    return agreement


def price_under(
    session: Session,
    subject: tuple[int | None, int | None],
    wished: Iterable[WishedLine],
    today: date,
) -> list[PricedLine]:
    """What is wished under a contract (id or None) for a unit (id or None): at its prices, or
    without one at those of the catalogue."""
    contract_id, unit_id = subject
    terms = find_terms(session, contract_id, unit_id, today)
    if terms is None:
        return price(session, wished, today)
    lines = at_agreed_prices(list_wished(session, wished, today), terms)
    require_sum(lines)
    return lines


def at_agreed_prices(lines: Sequence[PricedLine], terms: Agreement) -> list[PricedLine]:
    """The lines at the prices of the contract, if it still has room for them."""
    agreed = []
    for line in lines:
        known = terms.lines.get(line.variant.variant_id)
        if known is None:
            raise NotAgreed(name=line.variant.product_name)
        if not line.variant.is_on_sale:
            raise AgreedOffSale(name=line.variant.product_name)
        require_packs(known.name, known.left_packs, line.quantity)
        agreed.append(replace(line, agreed_fen=known.price_fen))
    require_room(terms.number, terms.left_fen, sum(line.line_fen for line in agreed))
    return agreed


def tariffs_for(
    session: Session, contract_id: int | None, producer_ids: Collection[int]
) -> dict[int, Tariff]:
    """What each producer asks for carriage, or what the contract says of it."""
    agreed_fen = find_agreed_freight(session, contract_id)
    if agreed_fen is None:
        return tariffs_of(session, producer_ids)
    return {producer_id: flat_tariff(agreed_fen, 0) for producer_id in producer_ids}


def keep_to_agreed_freight(session: Session, purchase: Purchase, freight_fen: int) -> None:
    """A producer may ask for less than was agreed, never for more."""
    agreed_fen = find_agreed_freight(session, purchase.contract_id)
    if agreed_fen is not None and freight_fen > agreed_fen:
        raise FreightAgreed(agreed=format_yuan(agreed_fen))


def take_from_contract(
    session: Session, purchase: Purchase, lines: Sequence[OrderLine], now: datetime
) -> None:
    """A purchase that is placed uses its contract up, or is not placed."""
    if purchase.contract_id is not None:
        called = [_called(line, "placed", line.quantity, line.line_fen) for line in lines]
        contracts.use(session, purchase.contract_id, called, now)


def give_back_order(session: Session, purchase: Purchase, order: Order, now: datetime) -> None:
    """Cancelled, declined or expired before anything was accepted: all of it goes back."""
    if purchase.contract_id is not None:
        lines = lines_of(session, order)
        _give_back(
            session,
            purchase,
            (_called(line, "left", line.quantity, line.line_fen) for line in lines),
            now,
        )


def give_back_unaccepted(
    session: Session, purchase: Purchase, lines: Sequence[OrderLine], now: datetime
) -> None:
    """What was short or rejected."""
    if purchase.contract_id is not None:
        _give_back(session, purchase, (_unaccepted(line) for line in lines), now)


def _unaccepted(line: OrderLine) -> CalledLine:
    packs = line.quantity - line.accepted_quantity
    return _called(line, "accepted", packs, line.line_fen - line.accepted_fen)


def give_back_refunded(
    session: Session,
    refund: tuple[Purchase, Refund],
    lines: Mapping[int, OrderLine],
    parts: Sequence[RefundLine],
    now: datetime,
) -> None:
    """What was given back after acceptance, line by line."""
    purchase, asked = refund
    if purchase.contract_id is not None:
        step = f"refund:{asked.id}"
        back = (
            _called(lines[part.order_line_id], step, part.quantity, part.amount_fen)
            for part in parts
        )
        _give_back(session, purchase, back, now)


def _give_back(
    session: Session, purchase: Purchase, back: Iterable[CalledLine], now: datetime
) -> None:
    assert purchase.contract_id is not None
    session.flush()
    contracts.give_back(session, purchase.contract_id, list(back), now)


def _called(line: OrderLine, step: str, packs: int, amount_fen: int) -> CalledLine:
    source = f"order-line:{line.id}/{step}"
    return CalledLine(line.variant_id, line.order_id, source, packs, amount_fen)
