"""Packs cost less from so many on; contracts carry agreed prices, and inquiries lead to them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("contract_entry", "contract_step", "inquiry_step", "quotation", "quotation_line")
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
    _contracts()
    _inquiries()
    for table in APPEND_ONLY:
        _guard(table)
    # In the column's own words: SQLite would otherwise copy the table for a new constraint, and
    # rows of other tables refer to it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE purchase ADD COLUMN contract_id {kind}"
        " CONSTRAINT fk_purchase_contract_id REFERENCES framework_contract (id)"
    )
    op.create_index(op.f("ix_purchase_contract_id"), "purchase", ["contract_id"])


def _contracts() -> None:
    op.create_table(
        "price_tier",
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("from_quantity", BIG, autoincrement=False, nullable=False),
        sa.Column("price_fen", BIG, nullable=False),
        sa.CheckConstraint("from_quantity >= 2", name=op.f("ck_price_tier_from_two_on")),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_price_tier_price_positive")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_price_tier_variant_id")
        ),
        sa.PrimaryKeyConstraint("variant_id", "from_quantity", name=op.f("pk_price_tier")),
    )
    op.create_table(
        "framework_contract",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=True),
        sa.Column("called_fen", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("signed_how", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("scan_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("written_by", BIG, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("offered_by", BIG, nullable=True),
        sa.Column("unit_signed_by", BIG, nullable=True),
        sa.Column("producer_signed_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "side IN ('UNIT', 'PRODUCER')", name=op.f("ck_framework_contract_known_side")
        ),
        sa.CheckConstraint(
            "signed_how IN ('PAPER', 'CLOUD')", name=op.f("ck_framework_contract_known_signing")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'OFFERED', 'SIGNED', 'ENDED')",
            name=op.f("ck_framework_contract_known_state"),
        ),
        sa.CheckConstraint(
            "called_fen >= 0 AND called_fen <= total_fen",
            name=op.f("ck_framework_contract_called_within_total"),
        ),
        sa.CheckConstraint(
            "freight_fen IS NULL OR freight_fen >= 0",
            name=op.f("ck_framework_contract_freight_not_negative"),
        ),
        sa.CheckConstraint("total_fen > 0", name=op.f("ck_framework_contract_total_positive")),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_framework_contract_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["person.id"], name=op.f("fk_framework_contract_offered_by")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_framework_contract_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_signed_by"],
            ["person.id"],
            name=op.f("fk_framework_contract_producer_signed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["upload.id"], name=op.f("fk_framework_contract_scan_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_framework_contract_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_signed_by"], ["person.id"], name=op.f("fk_framework_contract_unit_signed_by")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_framework_contract_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_framework_contract_number")),
    )
    op.create_index(
        op.f("ix_framework_contract_producer_id_state_id"),
        "framework_contract",
        ["producer_id", "state", "id"],
    )
    op.create_index(
        op.f("ix_framework_contract_state_valid_until"),
        "framework_contract",
        ["state", "valid_until"],
    )
    op.create_index(
        op.f("ix_framework_contract_unit_id_state_id"),
        "framework_contract",
        ["unit_id", "state", "id"],
    )
    op.create_table(
        "contract_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contract_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("variant_name", sa.String(length=60), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("most_packs", BIG, nullable=True),
        sa.Column("called_packs", BIG, nullable=False),
        sa.CheckConstraint(
            "called_packs >= 0 AND (most_packs IS NULL OR called_packs <= most_packs)",
            name=op.f("ck_contract_line_called_within_most"),
        ),
        sa.CheckConstraint(
            "most_packs IS NULL OR most_packs > 0", name=op.f("ck_contract_line_most_positive")
        ),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_contract_line_price_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["framework_contract.id"], name=op.f("fk_contract_line_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_contract_line_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_line")),
        sa.UniqueConstraint(
            "contract_id", "variant_id", name=op.f("uq_contract_line_contract_id_variant_id")
        ),
    )
    op.create_table(
        "contract_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contract_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "amount_fen <> 0 OR packs <> 0", name=op.f("ck_contract_entry_moves_something")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["framework_contract.id"], name=op.f("fk_contract_entry_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["contract_line.id"], name=op.f("fk_contract_entry_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_contract_entry_source")),
    )
    op.create_index(
        op.f("ix_contract_entry_contract_id_id"), "contract_entry", ["contract_id", "id"]
    )
    op.create_index(op.f("ix_contract_entry_order_id"), "contract_entry", ["order_id"])
    op.create_table(
        "contract_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("contract_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_contract_step_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["framework_contract.id"], name=op.f("fk_contract_step_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_step")),
    )
    op.create_index(op.f("ix_contract_step_contract_id_id"), "contract_step", ["contract_id", "id"])


def _inquiries() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer_until", sa.Date(), nullable=False),
        sa.Column("wanted_by", sa.Date(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("all_answered_at", MOMENT, nullable=True),
        sa.Column("chosen_producer_id", BIG, nullable=True),
        sa.Column("choice_reason", sa.String(length=500), nullable=False),
        sa.Column("chosen_by", BIG, nullable=True),
        sa.Column("contract_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('ASKED', 'CHOSEN', 'DECIDED', 'CLOSED')", name=op.f("ck_inquiry_known_state")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_inquiry_asked_by")),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_inquiry_chosen_by")),
        sa.ForeignKeyConstraint(
            ["chosen_producer_id"], ["producer.id"], name=op.f("fk_inquiry_chosen_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["framework_contract.id"], name=op.f("fk_inquiry_contract_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f("fk_inquiry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("number", name=op.f("uq_inquiry_number")),
    )
    op.create_index(op.f("ix_inquiry_unit_id_state_id"), "inquiry", ["unit_id", "state", "id"])
    op.create_table(
        "inquiry_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=True),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_inquiry_line_packs_positive")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_line_inquiry_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_inquiry_line_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_line")),
        sa.UniqueConstraint(
            "inquiry_id", "position", name=op.f("uq_inquiry_line_inquiry_id_position")
        ),
    )
    op.create_table(
        "inquiry_producer",
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_producer_inquiry_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_inquiry_producer_producer_id")
        ),
        sa.PrimaryKeyConstraint("inquiry_id", "producer_id", name=op.f("pk_inquiry_producer")),
    )
    op.create_index(op.f("ix_inquiry_producer_producer_id"), "inquiry_producer", ["producer_id"])
    op.create_table(
        "quotation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("delivery_days", BIG, nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("answered_by", BIG, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "freight_fen >= 0 AND delivery_days >= 0", name=op.f("ck_quotation_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_quotation_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_quotation_inquiry_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_quotation_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint(
            "inquiry_id",
            "producer_id",
            "revision",
            name=op.f("uq_quotation_inquiry_id_producer_id_revision"),
        ),
    )
    op.create_table(
        "quotation_line",
        sa.Column("quotation_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_quotation_line_price_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["inquiry_line.id"], name=op.f("fk_quotation_line_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["quotation.id"], name=op.f("fk_quotation_line_quotation_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_quotation_line_variant_id")
        ),
        sa.PrimaryKeyConstraint("quotation_id", "line_id", name=op.f("pk_quotation_line")),
    )
    op.create_table(
        "inquiry_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_inquiry_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_step_inquiry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_step")),
    )
    op.create_index(op.f("ix_inquiry_step_inquiry_id_id"), "inquiry_step", ["inquiry_id", "id"])


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def downgrade() -> None:
    op.drop_index(op.f("ix_purchase_contract_id"), "purchase")
    op.drop_column("purchase", "contract_id")
    for table in (
        "quotation_line",
        "quotation",
        "inquiry_step",
        "inquiry_producer",
        "inquiry_line",
        "inquiry",
        "contract_entry",
        "contract_step",
        "contract_line",
        "framework_contract",
        "price_tier",
    ):
        op.drop_table(table)
