"""Every address that names something, with numbers of what belongs to somebody else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from marketplace.tables import metadata
from tests.isolation.strangers import NOWHERE, Stranger

# What a number in an address counts; the longest beginning of an endpoint decides.
COUNTED: Mapping[str, Mapping[str, str]] = {
    "account_id": {"": "bank_account"},
    "application_id": {
        "certification": "certification_application",
        "entering": "entry_application",
        "hosts": "host_application",
    },
    "batch_id": {"": "batch"},
    "contract_id": {"": "framework_contract", "hosts": "agency_contract"},
    "dispute_id": {"": "commission_dispute"},
    "entry_id": {"": "benefit_entry"},
    "filing_id": {"": "quota_filing"},
    "holder_id": {"": "producer"},
    "link_id": {"": "short_link", "accounts": "outside_login"},
    "list_id": {"": "saved_list", "benefits": "benefit_list"},
    "mandate_id": {"": "trade_mandate", "contractors": "contractor_mandate"},
    "offer_id": {"": "session_offer"},
    "offline_id": {"": "offline_purchase"},
    "payee_id": {"": "host"},
    "plan_id": {"": "commission_plan"},
    "receipt_id": {"": "outlet_receipt"},
    "recipient_id": {"": "purchase_recipient"},
    "report_id": {"": "outlet_report"},
    "request_id": {"": "reattribution", "ordering": "short_request", "privacy": "privacy_request"},
    "run_id": {"": "import_run"},
    "session_id": {"": "live_session", "accounts": "login_session"},
    "settlement_id": {"": "settlement", "payments.commission": "commission_settlement"},
    "substitute_id": {"": "approval_substitute"},
    "unit_id": {"": "budget_unit"},
}
# Whom an address names as the one who keeps what follows.
HOLDERS = {
    "unit_id": "unit",
    "producer_id": "producer",
    "host_id": "host",
    "agency_id": "agency",
    "holder_id": "",
    "payee_id": "",
}
WORDS = {
    "form": "csv",
    "kind": "csv",
    "suffix": "csv",
    "mark": "abc",
    "code": "SC",
    "answer": "met",
    "year": "2026",
    "slug": "terms",
    "name": "YEAR_END",
}


@dataclass(frozen=True)
class Address:
    """A rule of the map with values for its blanks; `own` are those that are the stranger's."""

    rule: Rule
    values: Mapping[str, object]
    own: Mapping[str, object] = field(default_factory=dict)

    @property
    def nowhere(self) -> Mapping[str, object]:
        """The same place without the thing that is somebody else's."""
        gone = {name: NOWHERE for name, value in self.values.items() if isinstance(value, int)}
        return {**self.values, **gone, **self.own}


def table_of(endpoint: str, name: str) -> Table:
    plain = endpoint.removeprefix("api_")
    known = COUNTED.get(name, {"": name.removesuffix("_id")})
    best = max((one for one in known if plain.startswith(one)), key=len)
    return metadata.tables[known[best]]


def addresses(session: Session, rule: Rule, stranger: Stranger) -> Iterator[Address]:
    """What belongs to others all along; then the stranger's own house with others' things in it."""
    numbers = sorted((name for name in rule.arguments if name.endswith("_id")), key=rule.rule.index)
    words = {name: _word(rule, name, stranger) for name in rule.arguments if name not in numbers}
    own = {name: stranger.holder_id for name in numbers if HOLDERS.get(name) in (stranger.kind, "")}
    if rule.rule.startswith("/desk/"):
        yield Address(rule, {**words, **dict.fromkeys(numbers, 1)})
        return
    for found in _rows(session, rule.endpoint, numbers):
        yield Address(rule, {**words, **found})
        if own and len(own) < len(numbers):
            yield Address(rule, {**words, **found, **own}, own)


def _word(rule: Rule, name: str, stranger: Stranger) -> str:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return stranger.kind if stranger.kind in converter.items else min(converter.items)
    is_holder = name == "kind" and "holder_id" in rule.arguments
    return stranger.kind if is_holder else WORDS[name]


def _rows(
    session: Session, endpoint: str, numbers: Sequence[str]
) -> Iterator[Mapping[str, object]]:
    """Numbers that belong together: those of the first row, and of what it says it belongs to."""
    if not numbers:
        yield {}
        return
    table = table_of(endpoint, numbers[-1])
    found = session.execute(select(table).order_by(table.c.id).limit(1)).mappings().first()
    row: Mapping[Any, Any] = found or {}
    above = {name: row.get(name) or _any(session, endpoint, name) for name in numbers[:-1]}
    yield {**above, numbers[-1]: row.get("id", NOWHERE)}


def _any(session: Session, endpoint: str, name: str) -> int:
    table = table_of(endpoint, name)
    return session.scalar(select(func.min(table.c.id))) or NOWHERE
