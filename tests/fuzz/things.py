"""Numbers and codes of what is there: above all of what somebody may use."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.tables import metadata

MOST = 8
# What a field of a body or a query names: a table, and the column by which it does.
NAMED: Mapping[str, tuple[str, str]] = {
    "variant_id": ("variant", "id"),
    "product_id": ("product", "id"),
    "order_id": ("order", "id"),
    "unit_id": ("budget_unit", "id"),
    "unit": ("budget_unit", "id"),
    "to_unit_id": ("budget_unit", "id"),
    "workshop_id": ("workshop", "id"),
    "maker_id": ("producer", "id"),
    "producer": ("producer", "id"),
    "village": ("village", "code"),
    "village_code": ("village", "code"),
    "township": ("township", "code"),
    "category": ("category", "code"),
    "host_code": ("host", "code"),
    "batch_code": ("batch", "code"),
}
HOUSES = {"budget_unit": "UNIT", "producer": "PRODUCER", "host": "HOST", "agency": "AGENCY"}
PARENTS = {"order_id": "order", "purchase_id": "purchase", "product_id": "product"}


def numbers_of(session: Session, table: Table, identity: Identity | None) -> list[int]:
    """Ids in every state: first of what is the person's, then of anybody's."""
    own = of_person(table, identity) if identity else None
    found = list(_newest(session, table, own)) if own is not None else []
    return list(dict.fromkeys([*found, *_newest(session, table, None)]))[:MOST]


def _newest(session: Session, table: Table, own: ColumnElement[bool] | None) -> Iterator[int]:
    wanted = select(func.max(table.c.id))
    if "state" in table.c:
        wanted = wanted.group_by(table.c.state).order_by(table.c.state)
    for statement in (wanted, select(func.min(table.c.id))):
        rows = session.scalars(statement if own is None else statement.where(own))
        yield from (number for number in rows if number is not None)


def of_person(table: Table, identity: Identity, depth: int = 2) -> ColumnElement[bool] | None:
    """Which rows are a person's, or of what they work for."""
    holders = {f"{one.kind.lower()}_id": one.organisation_id for one in identity.standings}
    holders |= dict.fromkeys(("buyer_id", "person_id", "asked_by"), identity.person_id)
    if table.name in HOUSES:
        return table.c.id.in_(identity.organisations(HOUSES[table.name]))
    mine = [table.c[name] == number for name, number in holders.items() if name in table.c]
    if not mine and depth:
        for name, parent in PARENTS.items():
            above = metadata.tables[parent]
            if name in table.c and (own := of_person(above, identity, depth - 1)) is not None:
                mine.append(table.c[name].in_(select(above.c.id).where(own)))
    return or_(*mine) if mine else None


def named_by(session: Session, field: str, identity: Identity | None) -> list[Any]:
    """What a field may name: nothing where it names nothing."""
    if field == "line_id":
        lines, orders = metadata.tables["order_line"], metadata.tables["order"]
        wanted = lines.c.order_id.in_(numbers_of(session, orders, identity))
        return list(session.scalars(select(lines.c.id).where(wanted).limit(MOST)))
    if field == "object":
        kinds = {"order": "order", "purchase": "purchase", "refund": "refund", "product": "product"}
        return [
            f"{kind}:{number}"
            for kind, table in kinds.items()
            for number in numbers_of(session, metadata.tables[table], identity)[:2]
        ]
    if field not in NAMED:
        return []
    table, column = NAMED[field]
    if column == "id":
        return list(numbers_of(session, metadata.tables[table], identity))
    code = metadata.tables[table].c[column]
    return list(session.scalars(select(code).order_by(code).limit(MOST)))
