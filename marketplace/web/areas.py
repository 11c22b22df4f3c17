"""Officials see their area only: what each address is about, and which side acts at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from marketplace.core.areas import EVERYTHING, PLACES, SUBJECTS, has_common_centre, lies_in
from marketplace.core.edition import Topic
from marketplace.core.errors import N_, Forbidden
from marketplace.core.identity import NO_AREA, Identity
from marketplace.core.ids import number_of
from marketplace.web.kept import kept

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class KeptForAll(Forbidden):
    """Money nobody knows the owner of, the common books, rules for everyone: one centre's work."""

    code = "area.kept_for_all"
    message = N_("这项工作涉及所有县区,由管理整个平台的运营中心办理,请与他们联系。")


class Sight(Enum):
    """How an official stands to what an address is about."""

    INSIDE = auto()
    # Another county acts here; this one has to do with it and may read it.
    BESIDE = auto()
    OUTSIDE = auto()


@dataclass(frozen=True)
class About:
    """A place that an argument names a row of, and the place that says who acts there."""

    seen: str
    acted_on: str = ""


ORDER = About("order", "order/producer")
PURCHASE = About("purchase", "purchase/buyer")
BUYERS = About("purchase/buyer")

# What an argument of an address names: by endpoint, by room, or everywhere.
ARGUMENTS: Mapping[str, About] = {
    "administration.person_id": About("person/staff"),
    "agency_id": About("agency"),
    "announcement_id": About("announcement"),
    "batch_id": About("batch"),
    "bulletin.bulletin_id": About("bulletin"),
    "campaign_id": About("campaign"),
    "capacity_id": About("workshop_capacity"),
    "certification.application_id": About("certification_application"),
    "contract_id": About("framework_contract", "framework_contract/buyer"),
    "contractors.mandate_id": About("contractor_mandate"),
    "desk.batch_id": About("payout_batch"),
    "desk.line_id": About("bank_line"),
    "desk.pay_commission.settlement_id": About("commission_settlement"),
    "desk.settlement_id": About("settlement"),
    "dispute_id": About("commission_dispute", "commission_dispute/producer"),
    "entering.application_id": About("entry_application"),
    "filing_id": About("quota_filing"),
    "host_id": About("host"),
    "hosts.application_id": About("host_application"),
    "hosts.contract_id": About("agency_contract"),
    "inquiry_id": About("inquiry"),
    "invoice_id": About("invoice", "invoice/buyer"),
    "link_id": About("short_link"),
    "list_id": About("benefit_list"),
    "listing.mandate_id": About("trade_mandate"),
    "offline_id": About("offline_purchase"),
    "order_id": ORDER,
    "ordering.list_id": About("saved_list"),
    "ordering.people.purchase_id": BUYERS,
    "ordering.replacing.purchase_id": BUYERS,
    "outlet_id": About("outlet"),
    "pairing_id": About("pairing", "pairing/unit"),
    "payment_id": About("payment"),
    "payments.commission.settlement_id": About("commission_settlement"),
    "payments.commission_file.settlement_id": About("commission_settlement"),
    "payments.note_invoice.settlement_id": About("commission_settlement"),
    "payout_id": About("payout"),
    "producer_id": About("producer"),
    "product_id": About("product"),
    "purchase_id": PURCHASE,
    "receipt_id": About("outlet_receipt", "outlet_receipt/outlet"),
    "recipient_id": About("purchase_recipient"),
    "refund_id": About("refund", "refund/producer"),
    "report_id": About("outlet_report"),
    "reverification_id": About("reverification"),
    "review_id": About("review"),
    "rule_id": About("", "quota_rule"),
    "session_id": About("live_session"),
    "settlement_id": About("settlement"),
    "signal_id": About("signal"),
    "unit_id": About("budget_unit"),
    "variant_id": About("variant"),
    "workshop_id": About("workshop"),
}
# Arguments whose kind stands beside them.
KINDS: Mapping[str, str] = {"holder_id": "kind", "payee_id": "kind"}
HOLDERS: Mapping[str, About] = {
    "unit": About("budget_unit"),
    "producer": About("producer"),
    "host": About("host"),
    "agency": About("agency"),
    "person": About("person"),
}
# What forms, queries and bodies name; ids that are typed there open nothing either.
TYPED: Mapping[str, About] = {
    "agency_id": About("agency"),
    "host_id": About("host"),
    "order_id": ORDER,
    "outlet_id": About("outlet"),
    "payout": About("payout"),
    "producer": About("producer"),
    "producer_id": About("producer"),
    "product_id": About("product"),
    "purchase_id": PURCHASE,
    "session_id": About("live_session"),
    "to_unit_id": About("budget_unit"),
    "unit": About("budget_unit"),
    "unit_id": About("budget_unit"),
}
# Read and done for all counties at once.
FOR_ALL = frozenset(
    {
        "api_books.reconciliation",
        "cockpit.jobs",
        "cockpit.try_again",
        "desk.accounts",
        "desk.gateway",
        "desk.ledger",
        "desk.proof",
        "desk.reconciliation",
        "privacy.desk",
        "privacy.retention",
    }
)
# What came to the account that everybody pays into.
HELD_FOR_ALL = frozenset({"bank_line"})
DONE_FOR_ALL = frozenset(
    {
        "desk.change_words",
        "desk.give",
        "desk.give_payout",
        "desk.put_aside",
        "desk.remove_words",
        "desk.take_in",
        "desk.write_words",
        "entering.set_days",
        "filings.set_due",
        "oversight.publish",
        "oversight.replay",
        "texts.drop",
        "texts.publish",
        "texts.save",
    }
)


def about(endpoint: str, argument: str, arguments: Mapping[str, Any]) -> About | None:
    """What an argument names, or None where it is no row of a county."""
    if argument in KINDS:
        kind = arguments.get("kind") or arguments.get("side") or ""
        return HOLDERS.get(str(kind).casefold())
    room = endpoint.partition(".")[0]
    for name in (f"{endpoint}.{argument}", f"{room}.{argument}", argument):
        if name in ARGUMENTS:
            return ARGUMENTS[name]
    return None


def looks_after_all(session: Session, identity: Identity) -> bool:
    """Whether what belongs to no single county is theirs to see.

    Where no centre was made for all counties, the one of the deployment's own county keeps the
    account that everybody pays into, and so what came to it.
    """
    if identity.area == EVERYTHING:
        return True
    return identity.area == own_county() and not _has_common_centre(session)


def _has_common_centre(session: Session) -> bool:
    found: bool = kept((Topic.PEOPLE,), ("common centre",), lambda: has_common_centre(session))
    return found


def addresses_for_all() -> frozenset[str]:
    """The pages that are for all counties at once, for whoever is to be offered none of them."""
    rules = current_app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if rule.endpoint in FOR_ALL and not rule.arguments}
    return frozenset(url_for(page) for page in pages)


def own_county() -> str:
    """The county that the deployment is for in the first place."""
    code: str = current_app.config["SETTINGS"].county_code
    return code


def county_here(identity: Identity) -> str:
    """The county whose settings and lists an official works on; the deployment's own for others."""
    code = own_county()
    return identity.area if len(identity.area) == len(code) else code


def require_for_all(session: Session, identity: Identity) -> None:
    """Raises KeptForAll where the address is for all counties and the official is not."""
    endpoint, writes = str(request.endpoint), request.method not in READING
    asked = endpoint in FOR_ALL or (writes and endpoint in DONE_FOR_ALL)
    if asked and identity.area != NO_AREA and not looks_after_all(session, identity):
        raise KeptForAll


def sight_of(session: Session, identity: Identity) -> Sight:
    """How this person stands, as an official, to all that the request names."""
    found = Sight.INSIDE
    if identity.area in (EVERYTHING, NO_AREA):
        return found
    for named, key in _named():
        if named.seen in HELD_FOR_ALL and looks_after_all(session, identity):
            continue
        if named.seen and not lies_in(session, named.seen, key, identity.area):
            return Sight.OUTSIDE
        if request.method not in READING and named.acted_on:
            acts = lies_in(session, named.acted_on, key, identity.area)
            found = found if acts else Sight.BESIDE
    return found


def _named() -> Iterator[tuple[About, int]]:
    """Everything the request names: in its address, its query, its form or its body."""
    arguments = request.view_args or {}
    for argument, value in arguments.items():
        named = about(str(request.endpoint), argument, arguments)
        if named is not None and isinstance(value, int):
            yield named, value
    for name, typed in _typed():
        if name == "object":
            yield from _object(str(typed))
        elif name in TYPED and (key := number_of(str(typed))) is not None:
            yield TYPED[name], key


def _typed() -> Iterator[tuple[str, object]]:
    """Every name and value of query, form and body."""
    yield from request.args.items(multi=True)
    if request.method not in READING:
        yield from request.form.items(multi=True)
    body = request.get_json(silent=True) if request.is_json else None
    if isinstance(body, dict):
        yield from body.items()


def _object(words: str) -> Iterator[tuple[About, int]]:
    kind, _, rest = words.partition(":")
    key = number_of(rest.partition(":")[0])
    place = SUBJECTS.get(kind, kind)
    if place in PLACES and key is not None:
        yield About(place), key
