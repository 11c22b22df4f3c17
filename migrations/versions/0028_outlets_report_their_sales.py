"""Outlets report what they sold, receipt by receipt; their costs stand beside it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BOOKS = ("attribution_entry", "quota_entry")
EITHER = "(order_id IS NULL) <> (offline_id IS NULL)"
ONE_OF_THREE = (
    "CASE WHEN order_id IS NULL THEN 0 ELSE 1 END + CASE WHEN offline_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN receipt_id IS NULL THEN 0 ELSE 1 END = 1"
)
BEFORE, AFTER = ("ordered_or_offline", EITHER), ("has_one_source", ONE_OF_THREE)
APPEND_ONLY = ("outlet_sale", "outlet_cost")
TABLES = ("outlet_report", "outlet_receipt", "outlet_sale", "outlet_month", "outlet_cost")
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
    _reports()
    _receipts()
    _sales()
    _sums_and_costs()
    op.add_column("outlet_entry", sa.Column("sale_id", BIG, nullable=True))
    op.create_index(op.f("ix_outlet_entry_sale_id"), "outlet_entry", ["sale_id"], unique=True)
    for table in BOOKS:
        for column in ("receipt_id", "receipt_line_id"):
            op.add_column(table, sa.Column(column, BIG, nullable=True))
        _set_sources(table, BEFORE, AFTER)
        op.create_index(
            op.f(f"ix_{table}_receipt_id_receipt_line_id"), table, ["receipt_id", "receipt_line_id"]
        )
    _set_part("ix_quota_entry_offline_part", "ix_quota_entry_outside_part", "order_id IS NULL")
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    _require_nothing_sold()
    old = "offline_id IS NOT NULL"
    _set_part("ix_quota_entry_outside_part", "ix_quota_entry_offline_part", old)
    for table in BOOKS:
        op.drop_index(op.f(f"ix_{table}_receipt_id_receipt_line_id"), table)
        _set_sources(table, AFTER, BEFORE)
        for column in ("receipt_line_id", "receipt_id"):
            op.drop_column(table, column)
    op.drop_index(op.f("ix_outlet_entry_sale_id"), "outlet_entry")
    op.drop_column("outlet_entry", "sale_id")
    for table in reversed(TABLES):
        op.drop_table(table)


def _require_nothing_sold() -> None:
    """Books are not un-written: what outlets sold keeps this migration where it is."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM outlet_sale")).scalar():
        raise RuntimeError("outlet_sale holds what was sold: it cannot be taken out again")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def _reports() -> None:
    table = "outlet_report"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("outlet_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=True),
        sa.Column("source", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("reported_by", BIG, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        _check(table, "known_source", "source IN ('FILE', 'API', 'PAGE')"),
        _check(table, "known_state", "state IN ('CHECKED', 'PARTLY', 'WRITTEN')"),
        _check(table, "days_in_order", "last_day >= first_day"),
        _key(table, "outlet_id", "outlet.id"),
        _key(table, "producer_id", "producer.id"),
        _key(table, "reported_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_report")),
        sa.UniqueConstraint("outlet_id", "sha256", name=op.f("uq_outlet_report_outlet_id_sha256")),
    )


def _receipts() -> None:
    table = "outlet_receipt"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("outlet_id", BIG, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("fund", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", BIG, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reversed_by", BIG, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        _check(
            table, "known_state", "state IN ('PAID', 'WAITING', 'COUNTED', 'REFUSED', 'REVERSED')"
        ),
        _check(table, "known_fund", "fund IN ('CANTEEN', 'UNION', 'OTHER', 'INDIVIDUAL')"),
        _check(table, "fund_of_a_unit", "(unit_id IS NULL) = (fund = 'INDIVIDUAL')"),
        _check(table, "within_total", "goods_fen > 0 AND goods_fen <= total_fen"),
        _check(table, "within_goods", "eligible_fen >= 0 AND eligible_fen <= goods_fen"),
        _check(table, "decided_by_another", "decided_by <> reported_by"),
        _key(table, "outlet_id", "outlet.id"),
        _key(table, "report_id", "outlet_report.id"),
        _key(table, "unit_id", "budget_unit.id"),
        _key(table, "reported_by", "person.id"),
        _key(table, "decided_by", "person.id"),
        _key(table, "reversed_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_receipt")),
        sa.UniqueConstraint("outlet_id", "number", name=op.f("uq_outlet_receipt_outlet_id_number")),
    )
    for columns in (["outlet_id", "sold_on"], ["report_id"], ["unit_id", "state"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _sales() -> None:
    table = "outlet_sale"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("receipt_id", BIG, nullable=False),
        sa.Column("line_number", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_eligible", sa.Boolean(), nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        _check(table, "of_one_sign", "packs * amount_fen > 0"),
        _check(table, "reverses_with_less", "(reverses_id IS NULL) = (packs > 0)"),
        _key(table, "receipt_id", "outlet_receipt.id"),
        _key(table, "producer_id", "producer.id"),
        _key(table, "workshop_id", "workshop.id"),
        _key(table, "product_id", "product.id"),
        _key(table, "variant_id", "variant.id"),
        _key(table, "batch_id", "batch.id"),
        _key(table, "reverses_id", "outlet_sale.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_sale")),
        sa.UniqueConstraint(
            "receipt_id", "line_number", name=op.f("uq_outlet_sale_receipt_id_line_number")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_outlet_sale_reverses_id")),
    )


def _sums_and_costs() -> None:
    op.create_table(
        "outlet_month",
        sa.Column("outlet_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("receipts", BIG, nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=False),
        _key("outlet_month", "outlet_id", "outlet.id"),
        sa.PrimaryKeyConstraint("outlet_id", "month", name=op.f("pk_outlet_month")),
    )
    table = "outlet_cost"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("outlet_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("entered_by", BIG, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        _check(table, "known_kind", "kind IN ('RENT', 'POWER', 'STAFF', 'OTHER')"),
        _check(table, "moves_something", "amount_fen <> 0"),
        _check(table, "reverses_with_less", "(reverses_id IS NULL) = (amount_fen > 0)"),
        _key(table, "outlet_id", "outlet.id"),
        _key(table, "entered_by", "person.id"),
        _key(table, "reverses_id", "outlet_cost.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_cost")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_outlet_cost_reverses_id")),
    )
    op.create_index(op.f("ix_outlet_cost_outlet_id_month"), table, ["outlet_id", "month"])


def _set_part(old: str, new: str, wanted: str) -> None:
    """Few entries are of no order, and they are found without reading all the others."""
    op.drop_index(old, "quota_entry")
    part = sa.text(wanted)
    columns = ["unit_id", "year"]
    op.create_index(new, "quota_entry", columns, sqlite_where=part, postgresql_where=part)


def _set_sources(table: str, old: tuple[str, str], new: tuple[str, str]) -> None:
    """An entry names exactly one of the things that were sold."""
    (old_name, old_words), (new_name, new_words) = old, new
    old_name, new_name = f"ck_{table}_{old_name}", f"ck_{table}_{new_name}"
    if op.get_bind().dialect.name == "sqlite":
        found = f"CONSTRAINT {old_name} CHECK ({old_words})"
        _rewrite(table, found, f"CONSTRAINT {new_name} CHECK ({new_words})")
    else:
        op.drop_constraint(op.f(old_name), table)
        op.create_check_constraint(op.f(new_name), table, new_words)


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite changes no constraint: the table is copied, in its own words but for the change."""
    bind = op.get_bind()
    kept = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (words,) = [sql for kind, sql in kept if kind == "table"]
    copy = re.sub(rf"(CREATE TABLE |REFERENCES )\"?{table}\b\"?", rf"\1{table}_copy", words)
    changed = copy.replace(old, new, 1)
    assert changed != copy, words
    bind.exec_driver_sql(changed)
    bind.exec_driver_sql(f"INSERT INTO {table}_copy SELECT * FROM {table} ORDER BY id")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_copy RENAME TO {table}")
    for kind, sql in kept:
        if kind in {"index", "trigger"}:
            bind.exec_driver_sql(sql)


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
