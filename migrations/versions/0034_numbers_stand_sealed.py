"""Telephones of consignees and numbers of bank accounts stand sealed, with marks to find them by.

The key is the application's own (`HOUSEHOLD_KEY`). On PostgreSQL rows are sealed outside of the
transaction that widens their columns, so that nobody who buys waits for all of them; what stopped
halfway is taken up where it stopped.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

AT_ONCE = 500
FILES_AT_ONCE = 20
CERTIFICATE = "purchase_certificate"
INDEX = "ix_bank_account_number"
MARK_INDEX = "ix_bank_account_number_mark"


@dataclass(frozen=True)
class Place:
    """A column that comes to stand sealed, and what it is marked as."""

    table: str
    column: str
    length: int
    purpose: str = ""

    @property
    def mark(self) -> str:
        """How the column beside it is called by which it is found again."""
        return f"{self.column}_mark"


PLACES = (
    Place("purchase", "consignee_phone", 20, "phone"),
    Place("purchase_recipient", "phone", 20),
    Place("bank_account", "number", 40, "account"),
    Place("bank_line", "other_number", 40, "account"),
    Place("payout", "account_number", 40),
    Place("entry_application", "bank_number", 40),
    Place("operations_centre", "bank_account_number", 40),
)
MARKED = tuple(one for one in PLACES if one.purpose)


def upgrade() -> None:
    _overwrite_what_goes()
    if INDEX in _indexes():
        op.drop_index(INDEX, "bank_account")
    for place in PLACES:
        _retype(place, sa.String(place.length), sa.Text())
    for place in MARKED:
        _add(place.table, place.mark, sa.String(64))
    _add("paper", "facts_sealed", sa.Text())
    if MARK_INDEX not in _indexes():
        op.create_index(MARK_INDEX, "bank_account", ["number_mark"])
    with _beside_the_shop():
        for place in PLACES:
            _rewrite(place, _seal)
        _rewrite_papers(_seal_paper)
        _rewrite_answers(_seal)


def downgrade() -> None:
    for place in PLACES:
        _rewrite(place, _open)
    _rewrite_papers(_open_paper)
    _rewrite_answers(_open)
    op.drop_index(MARK_INDEX, "bank_account")
    op.drop_column("paper", "facts_sealed")
    for place in MARKED:
        op.drop_column(place.table, place.mark)
    for place in PLACES:
        _retype(place, sa.Text(), sa.String(place.length))
    op.create_index(INDEX, "bank_account", ["number"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _overwrite_what_goes() -> None:
    """SQLite leaves in its file what was removed, until something else needs the room."""
    if _is_sqlite():
        op.execute("PRAGMA secure_delete=ON")


@contextmanager
def _beside_the_shop() -> Iterator[None]:
    """SQLite has one writer anyway."""
    if _is_sqlite():
        yield
    else:
        with op.get_context().autocommit_block():
            yield


def _indexes() -> set[str | None]:
    return {one["name"] for one in sa.inspect(op.get_bind()).get_indexes("bank_account")}


def _add(table: str, column: str, kind: Any) -> None:
    """Yesterday's code knows nothing of it, so it is empty by itself."""
    if column not in {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}:
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=""))


def _retype(place: Place, old: Any, new: Any) -> None:
    """SQLite changes the type of no column: another one takes its name."""
    if not _is_sqlite():
        op.alter_column(place.table, place.column, existing_type=old, type_=new)
        return
    passing = f"{place.column}_passing"
    op.add_column(place.table, sa.Column(passing, new, nullable=False, server_default=""))
    op.execute(f"UPDATE {place.table} SET {passing} = {place.column}")
    op.drop_column(place.table, place.column)
    op.execute(f"ALTER TABLE {place.table} RENAME COLUMN {passing} TO {place.column}")


def _rewrite(place: Place, change: Callable[[str], str]) -> None:
    names = [place.column, *([place.mark] if place.purpose else [])]
    table = sa.table(place.table, sa.column("id"), *map(sa.column, names))
    held = table.c[place.column]
    changing = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"), held == sa.bindparam("held"))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    wanted = sa.select(table.c.id, held).where(held != "")
    for rows in _parts(wanted, table.c.id, AT_ONCE):
        changes = [
            {"row_id": row_id, "held": words, **_cells(place, words, change)}
            for row_id, words in rows
        ]
        op.get_bind().execute(changing, changes)


def _cells(place: Place, words: str, change: Callable[[str], str]) -> dict[str, str]:
    cells = {f"new_{place.column}": change(words)}
    if place.purpose:
        cells[f"new_{place.mark}"] = _mark(place.purpose, _open(words)) if change is _seal else ""
    return cells


def _parts(wanted: Any, key: Any, most: int) -> Iterator[Sequence[Any]]:
    """Rows in the order of their keys, some at once."""
    last = 0
    while rows := op.get_bind().execute(wanted.where(key > last).order_by(key).limit(most)).all():
        yield rows
        last = rows[-1][0]


def _rewrite_papers(change: Callable[[Any, str, str, Any], dict[str, Any]]) -> None:
    table = sa.table(
        "paper",
        sa.column("id", sa.BigInteger()),
        sa.column("kind", sa.String()),
        sa.column("format", sa.String()),
        sa.column("facts", sa.JSON()),
        sa.column("facts_sealed", sa.Text()),
        sa.column("content", sa.LargeBinary()),
    )
    kept = (table.c.facts, table.c.facts_sealed, table.c.content)
    changing = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values({one.name: sa.bindparam(f"new_{one.name}", type_=one.type) for one in kept})
    )
    # A certificate, which anyone checks, and a package, which names papers, keep their facts.
    open_to_all = sa.or_(table.c.kind == CERTIFICATE, table.c.format == "zip")
    wanted = sa.select(table.c.id, open_to_all, *kept)
    for rows in _parts(wanted, table.c.id, FILES_AT_ONCE):
        changes = [{"row_id": row_id, **change(*cells)} for row_id, *cells in rows]
        op.get_bind().execute(changing, changes)


def _seal_paper(open_to_all: Any, facts: Any, sealed: str, content: Any) -> dict[str, Any]:
    if not (open_to_all or sealed):
        plain = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        facts, sealed = {}, _seal(plain)
    if content is not None and not _is_sealed(content):
        content = _sealer().seal_bytes(content)
    return {"new_facts": facts, "new_facts_sealed": sealed, "new_content": content}


def _open_paper(_open_to_all: Any, facts: Any, sealed: str, content: Any) -> dict[str, Any]:
    facts = json.loads(_open(sealed)) if sealed else facts
    if content is not None and _is_sealed(content):
        content = _sealer().open_bytes(content)
        _require_key(content)
    return {"new_facts": facts, "new_facts_sealed": "", "new_content": content}


def _rewrite_answers(change: Callable[[str], str]) -> None:
    """What the API answered within the last week: its rows have no number of their own."""
    names = ("person_id", "key", "body")
    table = sa.table("idempotent_request", *map(sa.column, names))
    own = [table.c[name] == sa.bindparam(f"own_{name}") for name in names]
    changing = sa.update(table).where(*own).values(body=sa.bindparam("new_body"))
    rows = op.get_bind().execute(sa.select(table).where(table.c.body != "")).all()
    for start in range(0, len(rows), AT_ONCE):
        changes = [
            {"own_person_id": person_id, "own_key": key, "own_body": body, "new_body": change(body)}
            for person_id, key, body in rows[start : start + AT_ONCE]
        ]
        op.get_bind().execute(changing, changes)


def _sealer() -> Any:
    return current_app.extensions["sealer"]


def _is_sealed(held: str | bytes) -> bool:
    return len(held) >= 100 and held[:5] in ("gAAAA", b"gAAAA")


def _seal(words: str) -> str:
    return words if _is_sealed(words) else _sealer().seal(words)


def _open(words: str) -> str:
    opened = _sealer().open(words) if _is_sealed(words) else words
    _require_key(opened)
    return opened


def _mark(purpose: str, words: str) -> str:
    if purpose == "phone":
        for sign in (" ", "-", "+86", "(", ")"):
            words = words.replace(sign, "")
    return _sealer().mark(f"{purpose}:{words}") if words else ""


def _require_key(opened: Any) -> None:
    if opened is None:
        raise ValueError(
            "HOUSEHOLD_KEY does not open what was sealed: give the key it was sealed with, as"
            " HOUSEHOLD_KEY_FORMER where another has taken its place."
        )
