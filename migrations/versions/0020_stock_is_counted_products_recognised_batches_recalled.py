"""Stock is counted and moved to outlets, capacity is declared, and batches can be recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# Where a batch went, and what it brought, is asked of these.
BY_BATCH = ("order_line_batch", "attribution_entry")
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
    _extend()
    _create_outlets()
    _create_reports()
    _create_capacity()
    _create_certification()
    for table in BY_BATCH:
        _index(table, "batch_id")


def downgrade() -> None:
    for table in BY_BATCH:
        op.drop_index(op.f(f"ix_{table}_batch_id"), table)
    for table in (
        "application_step",
        "application_requirement",
        "application_product",
        "certification_application",
        "certification_terms",
    ):
        op.drop_table(table)
    for table in ("workshop_capacity", "batch_report", "outlet_entry", "outlet"):
        op.drop_table(table)
    op.drop_column("certification", "withdrawal_reason")
    for column in ("recall_reason", "recalled_by", "recalled_at"):
        op.drop_column("batch", column)
    for column in ("note", "actor_id"):
        op.drop_column("stock_movement", column)


def _extend() -> None:
    """In the columns' own words: SQLite would otherwise copy tables that others refer to."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    whole, moment = ("INTEGER", "DATETIME") if sqlite else ("BIGINT", "TIMESTAMP WITH TIME ZONE")
    for table, column, words in (
        ("stock_movement", "actor_id", f"{whole} {_person('stock_movement', 'actor_id')}"),
        ("stock_movement", "note", "VARCHAR(200)"),
        ("batch", "recalled_at", moment),
        ("batch", "recalled_by", f"{whole} {_person('batch', 'recalled_by')}"),
        ("batch", "recall_reason", "VARCHAR(500)"),
        ("certification", "withdrawal_reason", "VARCHAR(500)"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {words}")


def _create_outlets() -> None:
    op.create_table(
        "outlet",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        _check("outlet", "known_kind", "kind IN ('CABINET', 'HALL', 'ZONE')"),
        _check("outlet", "days_in_order", "closed_on IS NULL OR closed_on >= opened_on"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("name", name=op.f("uq_outlet_name")),
    )
    op.create_table(
        "outlet_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outlet_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _check("outlet_entry", "moves_something", "quantity <> 0"),
        _check(
            "outlet_entry",
            "known_reason",
            "reason IN ('SENT', 'BROUGHT_BACK', 'SOLD', 'LOST')",
        ),
        _refers("outlet_entry", "outlet_id", "outlet.id"),
        _refers("outlet_entry", "batch_id", "batch.id"),
        _refers("outlet_entry", "actor_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_entry")),
    )
    _index("outlet_entry", "batch_id", "outlet_id")
    _index("outlet_entry", "outlet_id")
    _guard("outlet_entry")


def _create_reports() -> None:
    op.create_table(
        "batch_report",
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("laboratory", sa.String(length=80), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("added_by", BIG, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        _refers("batch_report", "batch_id", "batch.id"),
        _refers("batch_report", "upload_id", "upload.id"),
        _refers("batch_report", "added_by", "person.id"),
        sa.PrimaryKeyConstraint("batch_id", "upload_id", name=op.f("pk_batch_report")),
    )


def _create_capacity() -> None:
    table = "workshop_capacity"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("declared_by", BIG, nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        _check(table, "known_period", "period IN ('YEAR', 'MONTH')"),
        _check(table, "known_measure", "measure IN ('KILOGRAM', 'PACK')"),
        _check(table, "amount_positive", "amount > 0"),
        _check(table, "known_state", "state IN ('DECLARED', 'CONFIRMED', 'REFUSED')"),
        _check(table, "decided_by_another", "decided_by <> declared_by"),
        _check(table, "decided_with_person", "(state = 'DECLARED') = (decided_by IS NULL)"),
        _refers(table, "workshop_id", "workshop.id"),
        _refers(table, "declared_by", "person.id"),
        _refers(table, "decided_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "workshop_id", "id")
    _index(table, "state", "id")


def _create_certification() -> None:
    op.create_table(
        "certification_terms",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("notice_days", BIG, nullable=False),
        sa.Column("valid_years", BIG, nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("changed_by", BIG, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        _check("certification_terms", "notice_makes_sense", "notice_days BETWEEN 1 AND 60"),
        _check("certification_terms", "validity_makes_sense", "valid_years BETWEEN 1 AND 10"),
        _refers("certification_terms", "changed_by", "person.id"),
        sa.PrimaryKeyConstraint("county_code", name=op.f("pk_certification_terms")),
    )
    table = "certification_application"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("statement", sa.String(length=1000), nullable=False),
        sa.Column("applied_by", BIG, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        _check(
            table,
            "known_state",
            "state IN ('SUBMITTED', 'TOWNSHIP', 'SECTOR', 'NOTICE', 'CERTIFIED', 'RETURNED',"
            " 'REFUSED')",
        ),
        _check(
            table,
            "noticed_with_days",
            "state NOT IN ('NOTICE', 'CERTIFIED')"
            " OR (notice_from IS NOT NULL AND notice_until >= notice_from)",
        ),
        _refers(table, "producer_id", "producer.id"),
        _refers(table, "applied_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
    )
    _index(table, "producer_id", "id")
    _index(table, "state", "id")
    _create_application_parts()


def _create_application_parts() -> None:
    table = "application_product"
    op.create_table(
        table,
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("renews", sa.String(length=40), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        _refers(table, "application_id", "certification_application.id"),
        _refers(table, "product_id", "product.id"),
        _refers(table, "certificate_number", "certification.number"),
        sa.PrimaryKeyConstraint("application_id", "product_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("certificate_number", name=op.f(f"uq_{table}_certificate_number")),
    )
    _index(table, "product_id")
    table = "application_requirement"
    op.create_table(
        table,
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _check(table, "known_state", "state IN ('OPEN', 'MET', 'WAIVED')"),
        _check(table, "waived_with_reason", "state <> 'WAIVED' OR words <> ''"),
        _refers(table, "application_id", "certification_application.id"),
        _refers(table, "person_id", "person.id"),
        sa.PrimaryKeyConstraint("application_id", "code", name=op.f(f"pk_{table}")),
    )
    table = "application_step"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("rung", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        _refers(table, "application_id", "certification_application.id"),
        _refers(table, "actor_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "application_id", "id")
    _guard(table)


def _person(table: str, column: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} REFERENCES person (id)"


def _check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


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
