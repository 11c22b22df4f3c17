"""Offline purchases count, one register holds every invoice number, and units stand in time."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BOOKS = ("quota_entry", "attribution_entry")
# What an order has and an offline purchase has not.
OPTIONAL = {
    "quota_entry": ("order_id", "order_line_id"),
    "attribution_entry": ("order_id", "order_line_id", "batch_id"),
}
EITHER = "(order_id IS NULL) <> (offline_id IS NULL)"
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb_lower} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# The function that refuses came with 0001.
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
    "CREATE TRIGGER {table}_no_truncating BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
)


def upgrade() -> None:
    _create_offline()
    _open_books()
    _create_register()
    _create_history()
    _create_contractors()
    _extend_purchases()


def downgrade() -> None:
    _close_books()
    for column in ("contractor_id", "counts_withdrawn_at", "counts_for_unit_id"):
        op.drop_column("purchase", column)
    _close_memberships()
    op.drop_table("contractor_mandate")
    op.drop_table("contractor")
    op.drop_table("unit_succession")
    op.drop_table("unit_placement")
    for table in ("offline_step", "offline_paper", "offline_line", "offline_purchase"):
        op.drop_table(table)
    op.drop_table("invoice_number")


def _create_register() -> None:
    op.create_table(
        "invoice_number",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invoice_number")),
    )
    op.execute(
        "INSERT INTO invoice_number (number, holder, taken_at)"
        " SELECT number, 'order:' || order_id, registered_at FROM invoice"
    )


def _extend_purchases() -> None:
    """In the columns' own words: SQLite would otherwise copy a table that others refer to."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    whole, moment = ("INTEGER", "DATETIME") if sqlite else ("BIGINT", "TIMESTAMP WITH TIME ZONE")
    op.execute(
        f"ALTER TABLE purchase ADD COLUMN counts_for_unit_id {whole}"
        " CONSTRAINT fk_purchase_counts_for_unit_id REFERENCES budget_unit (id)"
    )
    op.execute(f"ALTER TABLE purchase ADD COLUMN counts_withdrawn_at {moment}")
    op.execute(
        f"ALTER TABLE purchase ADD COLUMN contractor_id {whole}"
        " CONSTRAINT fk_purchase_contractor_id REFERENCES contractor (id)"
    )


def _create_contractors() -> None:
    op.create_table(
        "contractor",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor")),
        sa.UniqueConstraint("name", name=op.f("uq_contractor_name")),
        sa.UniqueConstraint("uscc", name=op.f("uq_contractor_uscc")),
    )
    op.create_table(
        "contractor_mandate",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contractor_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", BIG, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_contractor_mandate_days_in_order")),
        _refers("contractor_mandate", "contractor_id", "contractor.id"),
        _refers("contractor_mandate", "unit_id", "budget_unit.id"),
        _refers("contractor_mandate", "confirmed_by", "person.id"),
        _refers("contractor_mandate", "ended_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor_mandate")),
    )
    _index("contractor_mandate", "unit_id", "contractor_id")
    _index("contractor_mandate", "contractor_id")
    _set_members(add=True)


def _close_memberships() -> None:
    op.execute("DELETE FROM membership WHERE organisation_kind = 'CONTRACTOR'")
    _set_members(add=False)


def _set_members(*, add: bool) -> None:
    """Whether people may belong to a contractor."""
    more, without = "'CENTRE', 'CONTRACTOR')", "'CENTRE')"
    if op.get_bind().dialect.name == "sqlite":
        old, new = (without, more) if add else (more, without)
        _rewrite("membership", lambda _table, words: words.replace(old, new, 1))
        return
    name = "ck_membership_known_kind"
    kinds = f"organisation_kind IN ('UNIT', 'PRODUCER', 'HOST', {more if add else without}"
    op.drop_constraint(name, "membership")
    op.create_check_constraint(op.f(name), "membership", kinds)


def _create_history() -> None:
    """Every unit there is has stood so ever since, as far as is known."""
    op.create_table(
        "unit_placement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_unit_placement_days_in_order")),
        _refers("unit_placement", "unit_id", "budget_unit.id"),
        _refers("unit_placement", "parent_id", "budget_unit.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_placement")),
        sa.UniqueConstraint("unit_id", "from_on", name=op.f("uq_unit_placement_unit_id_from_on")),
    )
    _index("unit_placement", "parent_id")
    op.execute(
        "INSERT INTO unit_placement (unit_id, parent_id, name, from_on, until_on, reason)"
        " SELECT id, parent_id, name, '1900-01-01', ended_on, '' FROM budget_unit ORDER BY id"
    )
    op.create_table(
        "unit_succession",
        sa.Column("predecessor_id", BIG, nullable=False),
        sa.Column("successor_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('MERGED', 'SPLIT')", name=op.f("ck_unit_succession_known_kind")
        ),
        sa.CheckConstraint(
            "predecessor_id <> successor_id", name=op.f("ck_unit_succession_between_two_units")
        ),
        _refers("unit_succession", "predecessor_id", "budget_unit.id"),
        _refers("unit_succession", "successor_id", "budget_unit.id"),
        _refers("unit_succession", "recorded_by", "person.id"),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_unit_succession")),
    )
    _index("unit_succession", "successor_id")


def _create_offline() -> None:
    op.create_table(
        "offline_purchase",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("outlet", sa.String(length=8), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("fund", sa.String(length=12), nullable=False),
        sa.Column("invoice_number", sa.String(length=20), nullable=False),
        sa.Column("invoice_fen", sa.BigInteger(), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("filed_by", BIG, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("checked_by", BIG, nullable=True),
        sa.Column("verified_by", BIG, nullable=True),
        sa.Column("recognised_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outlet IN ('CABINET', 'FAIR', 'VILLAGE', 'OTHER')",
            name=op.f("ck_offline_purchase_known_outlet"),
        ),
        sa.CheckConstraint(
            "fund IN ('CANTEEN', 'UNION', 'OTHER')", name=op.f("ck_offline_purchase_known_fund")
        ),
        sa.CheckConstraint(
            "state IN ('FILED', 'CHECKED', 'VERIFIED', 'RETURNED', 'REFUSED', 'REVERSED')",
            name=op.f("ck_offline_purchase_known_state"),
        ),
        sa.CheckConstraint(
            "goods_fen > 0 AND goods_fen <= invoice_fen",
            name=op.f("ck_offline_purchase_within_invoice"),
        ),
        sa.CheckConstraint(
            "checked_by <> filed_by", name=op.f("ck_offline_purchase_checked_by_another")
        ),
        sa.CheckConstraint(
            "verified_by <> filed_by AND verified_by <> checked_by",
            name=op.f("ck_offline_purchase_verified_by_a_third"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('VERIFIED', 'REVERSED') OR (checked_by IS NOT NULL"
            " AND verified_by IS NOT NULL AND recognised_on IS NOT NULL)",
            name=op.f("ck_offline_purchase_verified_with_both"),
        ),
        _refers("offline_purchase", "unit_id", "budget_unit.id"),
        _refers("offline_purchase", "producer_id", "producer.id"),
        *(
            _refers("offline_purchase", column, "person.id")
            for column in ("filed_by", "checked_by", "verified_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_purchase")),
        sa.UniqueConstraint("number", name=op.f("uq_offline_purchase_number")),
    )
    _index("offline_purchase", "unit_id", "id")
    _index("offline_purchase", "state", "id")
    op.create_table(
        "offline_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("offline_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("packs", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_certified", sa.Boolean(), nullable=False),
        sa.Column("counted_rules", BIG, nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_offline_line_packs_positive")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_offline_line_amount_positive")),
        _refers("offline_line", "offline_id", "offline_purchase.id"),
        _refers("offline_line", "product_id", "product.id"),
        _refers("offline_line", "workshop_id", "workshop.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_line")),
    )
    _index("offline_line", "offline_id")
    op.create_table(
        "offline_paper",
        sa.Column("offline_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "kind IN ('PROOF', 'PHOTOGRAPH')", name=op.f("ck_offline_paper_known_kind")
        ),
        _refers("offline_paper", "offline_id", "offline_purchase.id"),
        _refers("offline_paper", "upload_id", "upload.id"),
        sa.PrimaryKeyConstraint("offline_id", "upload_id", name=op.f("pk_offline_paper")),
    )
    op.create_table(
        "offline_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("offline_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        _refers("offline_step", "offline_id", "offline_purchase.id"),
        _refers("offline_step", "actor_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_step")),
    )
    _index("offline_step", "offline_id", "id")
    _guard("offline_step")


def _open_books() -> None:
    """An entry belongs to an order or to an offline purchase; quota knows a kind more."""
    if op.get_bind().dialect.name == "sqlite":
        for table in BOOKS:
            _rewrite(table, _opened)
    else:
        for table in BOOKS:
            for column in OPTIONAL[table]:
                op.alter_column(table, column, nullable=True)
            for column in ("offline_id", "offline_line_id"):
                op.add_column(table, sa.Column(column, BIG, nullable=True))
            op.create_check_constraint(op.f(f"ck_{table}_ordered_or_offline"), table, EITHER)
        _set_kinds(add=True)
    for table in BOOKS:
        _index(table, "offline_id", "offline_line_id")


def _close_books() -> None:
    """Books are not un-written: what counts offline keeps this migration where it is."""
    for table in BOOKS:
        offline = f"SELECT count(*) FROM {table} WHERE offline_id IS NOT NULL"
        if op.get_bind().execute(sa.text(offline)).scalar():
            raise RuntimeError(f"{table} holds offline purchases: they cannot be taken out again")
        op.drop_index(op.f(f"ix_{table}_offline_id_offline_line_id"), table)
    if op.get_bind().dialect.name == "sqlite":
        for table in BOOKS:
            _rewrite(table, _closed)
        return
    _set_kinds(add=False)
    for table in BOOKS:
        op.drop_constraint(op.f(f"ck_{table}_ordered_or_offline"), table)
        op.drop_column(table, "offline_id")
        op.drop_column(table, "offline_line_id")
        for column in OPTIONAL[table]:
            op.alter_column(table, column, nullable=False)


def _set_kinds(*, add: bool) -> None:
    """Adds OFFLINE to the kinds that there are, whatever they are by now (PostgreSQL)."""
    name = "ck_quota_entry_known_kind"
    found = op.get_bind().execute(
        sa.text(f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'")
    )
    kinds = [kind for kind in re.findall(r"'(\w+)'", found.scalar_one()) if kind != "OFFLINE"]
    listed = ", ".join(f"'{kind}'" for kind in [*kinds, *(["OFFLINE"] if add else [])])
    op.drop_constraint(name, "quota_entry")
    op.create_check_constraint(op.f(name), "quota_entry", f"kind IN ({listed})")


def _opened(table: str, words: str) -> str:
    for column in OPTIONAL[table]:
        words = re.sub(rf"\b{column} INTEGER NOT NULL", f"{column} INTEGER", words)
    more = f"offline_id INTEGER, offline_line_id INTEGER, CONSTRAINT ck_{table}_ordered_or_offline"
    words = words.replace("CONSTRAINT", f"{more} CHECK ({EITHER}), CONSTRAINT", 1)
    return re.sub(r"(kind IN \('SALE'[^)]*)\)", r"\1, 'OFFLINE')", words)


def _closed(table: str, words: str) -> str:
    more = f"offline_id INTEGER, offline_line_id INTEGER, CONSTRAINT ck_{table}_ordered_or_offline"
    words = words.replace(f"{more} CHECK ({EITHER}), ", "", 1)
    for column in OPTIONAL[table]:
        words = re.sub(rf"\b{column} INTEGER", f"{column} INTEGER NOT NULL", words)
    return words.replace(", 'OFFLINE')", ")", 1)


def _rewrite(table: str, change) -> None:
    """SQLite changes no column: the table is copied, in its own words but for the change.

    The copy refers to itself where the table did, so that dropping the old one leaves no row
    without footing; renamed, it takes those references along.
    """
    bind = op.get_bind()
    kept = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (words,) = [sql for kind, sql in kept if kind == "table"]
    columns = ", ".join(
        name for _, name, *_ in bind.execute(sa.text(f"PRAGMA table_info({table})"))
    )
    copy = re.sub(rf"(CREATE TABLE |REFERENCES )\"?{table}\"?", rf"\1{table}_copy", words)
    changed = change(table, copy)
    assert changed != copy, words
    bind.exec_driver_sql(changed)
    present = [name for _, name, *_ in bind.execute(sa.text(f"PRAGMA table_info({table}_copy)"))]
    common = ", ".join(name for name in columns.split(", ") if name in present)
    bind.exec_driver_sql(
        f"INSERT INTO {table}_copy ({common}) SELECT {common} FROM {table} ORDER BY id"
    )
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_copy RENAME TO {table}")
    for kind, sql in kept:
        if kind in {"index", "trigger"}:
            bind.exec_driver_sql(sql)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f("_".join(["ix", table, *columns])), table, list(columns))


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
