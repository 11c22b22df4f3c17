"""Money comes and goes: gateway, bank, credit, settlements, payouts, invoices, freight."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("after_sale_step", "bank_match", "settlement_line")
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
# Goods that came before the money are paid within 30 days of their acceptance (China's day).
PAY_BY = {
    "sqlite": """UPDATE "order" SET pay_by = date(accepted_at, '+8 hours', '+30 days')
        WHERE payment_terms = 'POSTPAY' AND accepted_at IS NOT NULL""",
    "postgresql": """UPDATE "order" SET pay_by = (accepted_at AT TIME ZONE 'Asia/Shanghai')::date + 30
        WHERE payment_terms = 'POSTPAY' AND accepted_at IS NOT NULL""",
}
# What came in for a buyer and no order of theirs holds: until now part of the buyer's account.
CREDITS = """
SELECT holder, SUM(amount_fen) FROM (
    SELECT CASE WHEN p.unit_id IS NULL THEN 'person:' || p.buyer_id ELSE 'unit:' || p.unit_id END
        AS holder, m.received_fen AS amount_fen
    FROM payment m JOIN purchase p ON p.id = m.purchase_id WHERE m.received_fen > 0
    UNION ALL
    SELECT CASE WHEN o.unit_id IS NULL THEN 'person:' || o.buyer_id ELSE 'unit:' || o.unit_id END,
        o.refunded_fen - o.paid_fen
    FROM "order" o WHERE o.paid_fen <> o.refunded_fen
) moves GROUP BY holder HAVING SUM(amount_fen) <> 0 ORDER BY holder
"""


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.String(length=40), nullable=False),
        sa.Column("imported_by", BIG, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["person.id"], name=op.f("fk_bank_statement_imported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statement_sha256")),
    )
    op.create_table(
        "payout_batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("released_by", BIG, nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'RELEASED', 'DISCARDED')", name=op.f("ck_payout_batch_known_state")
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> made_by", name=op.f("ck_payout_batch_four_eyes")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_payout_batch_made_by")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["person.id"], name=op.f("fk_payout_batch_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_batch_number")),
    )
    op.create_table(
        "upload",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", BIG, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_upload_not_empty")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_upload_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_sha256"), "upload", ["sha256"], unique=False)
    op.create_table(
        "bank_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("statement_id", BIG, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("other_name", sa.String(length=120), nullable=False),
        sa.Column("other_number", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'MATCHED', 'OUT', 'SET_ASIDE')",
            name=op.f("ck_bank_line_known_state"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_bank_line_moves_something")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_bank_line_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("reference", name=op.f("uq_bank_line_reference")),
    )
    op.create_index(op.f("ix_bank_line_state_id"), "bank_line", ["state", "id"], unique=False)
    op.create_index(op.f("ix_bank_line_statement_id"), "bank_line", ["statement_id"], unique=False)
    op.create_table(
        "bank_account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("producer_id", BIG, nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("declared_by", BIG, nullable=True),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN producer_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_bank_account_has_one_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["person.id"], name=op.f("fk_bank_account_declared_by")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_bank_account_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_bank_account_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_bank_account_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index(op.f("ix_bank_account_number"), "bank_account", ["number"], unique=False)
    op.create_index(op.f("ix_bank_account_person_id"), "bank_account", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_bank_account_producer_id"), "bank_account", ["producer_id"], unique=False
    )
    op.create_index(op.f("ix_bank_account_unit_id"), "bank_account", ["unit_id"], unique=False)
    op.create_table(
        "bank_match",
        sa.Column("id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("matched_by", BIG, nullable=True),
        sa.Column("matched_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_bank_match_gives_something")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_match_line_id")),
        sa.ForeignKeyConstraint(
            ["matched_by"], ["person.id"], name=op.f("fk_bank_match_matched_by")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_bank_match_payment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bank_match_person_id")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_bank_match_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_match")),
    )
    op.create_index(op.f("ix_bank_match_line_id"), "bank_match", ["line_id"], unique=False)
    op.create_index(op.f("ix_bank_match_payment_id"), "bank_match", ["payment_id"], unique=False)
    op.create_index(op.f("ix_bank_match_person_id"), "bank_match", ["person_id"], unique=False)
    op.create_index(op.f("ix_bank_match_unit_id"), "bank_match", ["unit_id"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("id", BIG, nullable=False),
        sa.Column("gateway_id", sa.String(length=120), nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('OPEN', 'WON', 'LOST')", name=op.f("ck_dispute_known_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dispute_disputes_something")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_dispute_gateway_id")),
    )
    op.create_index(op.f("ix_dispute_payment_id"), "dispute", ["payment_id"], unique=False)
    op.create_table(
        "freight_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("regions", sa.String(length=300), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("first_count", BIG, nullable=False),
        sa.Column("first_fen", sa.BigInteger(), nullable=False),
        sa.Column("step_count", BIG, nullable=False),
        sa.Column("step_fen", sa.BigInteger(), nullable=False),
        sa.Column("free_from_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('ORDER', 'PIECE', 'WEIGHT')", name=op.f("ck_freight_rule_known_basis")
        ),
        sa.CheckConstraint(
            "first_count > 0 AND step_count > 0", name=op.f("ck_freight_rule_counts_positive")
        ),
        sa.CheckConstraint(
            "first_fen >= 0 AND step_fen >= 0 AND free_from_fen >= 0",
            name=op.f("ck_freight_rule_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_freight_rule_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freight_rule")),
        sa.UniqueConstraint(
            "producer_id", "position", name=op.f("uq_freight_rule_producer_id_position")
        ),
    )
    op.create_table(
        "gateway_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("effect", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", BIG, nullable=True),
        sa.CheckConstraint(
            "effect IN ('APPLIED', 'NOTHING', 'ODD')", name=op.f("ck_gateway_event_known_effect")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_gateway_event_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_gateway_event_event_id")),
    )
    op.create_index(
        op.f("ix_gateway_event_effect_id"), "gateway_event", ["effect", "id"], unique=False
    )
    op.create_index(
        op.f("ix_gateway_event_payment_id"), "gateway_event", ["payment_id"], unique=False
    )
    op.create_table(
        "settlement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("carried_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("frozen_by", BIG, nullable=True),
        sa.CheckConstraint(
            "closing_fen = carried_fen + amount_fen", name=op.f("ck_settlement_adds_up")
        ),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_settlement_frozen_by")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_settlement_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("number", name=op.f("uq_settlement_number")),
        sa.UniqueConstraint("producer_id", "period", name=op.f("uq_settlement_producer_id_period")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("red_of_id", BIG, nullable=True),
        sa.Column("upload_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("registered_by", BIG, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("checked_by", BIG, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('BLUE', 'RED')", name=op.f("ck_invoice_known_kind")),
        sa.CheckConstraint(
            "state IN ('ISSUED', 'CHECKED', 'REVERSED')", name=op.f("ck_invoice_known_state")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoice_amount_positive")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_invoice_checked_by")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_invoice_order_id")),
        sa.ForeignKeyConstraint(["red_of_id"], ["invoice.id"], name=op.f("fk_invoice_red_of_id")),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["person.id"], name=op.f("fk_invoice_registered_by")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_invoice_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"], unique=False)
    op.create_index(op.f("ix_invoice_red_of_id"), "invoice", ["red_of_id"], unique=False)
    op.create_table(
        "payout",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("producer_id", BIG, nullable=True),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("settlement_id", BIG, nullable=True),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("batch_id", BIG, nullable=True),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("account_number", sa.String(length=40), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("requested_by", BIG, nullable=True),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.CheckConstraint("kind IN ('SETTLEMENT', 'CREDIT')", name=op.f("ck_payout_known_kind")),
        sa.CheckConstraint("road IN ('BANK', 'GATEWAY')", name=op.f("ck_payout_known_road")),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'RELEASED', 'PAID', 'RETURNED', 'CANCELLED')",
            name=op.f("ck_payout_known_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payout_pays_something")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_batch_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payout_payment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_payout_person_id")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_payout_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_payout_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_payout_settlement_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f("fk_payout_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_reference")),
    )
    op.create_index(op.f("ix_payout_batch_id"), "payout", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payout_payment_id"), "payout", ["payment_id"], unique=False)
    op.create_index(op.f("ix_payout_person_id"), "payout", ["person_id"], unique=False)
    op.create_index(op.f("ix_payout_producer_id"), "payout", ["producer_id"], unique=False)
    op.create_index(op.f("ix_payout_settlement_id"), "payout", ["settlement_id"], unique=False)
    op.create_index(op.f("ix_payout_state_id"), "payout", ["state", "id"], unique=False)
    op.create_index(op.f("ix_payout_unit_id"), "payout", ["unit_id"], unique=False)
    op.create_table(
        "settlement_line",
        sa.Column("entry_id", BIG, autoincrement=False, nullable=False),
        sa.Column("settlement_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_settlement_line_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_settlement_line_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_line_settlement_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_settlement_line")),
    )
    op.create_index(
        op.f("ix_settlement_line_order_id"), "settlement_line", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_settlement_line_settlement_id"), "settlement_line", ["settlement_id"], unique=False
    )
    op.create_table(
        "after_sale_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("uploads", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_after_sale_step_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_after_sale_step_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale_step")),
    )
    op.create_index(
        op.f("ix_after_sale_step_refund_id_id"),
        "after_sale_step",
        ["refund_id", "id"],
        unique=False,
    )
    op.add_column("budget_unit", sa.Column("credit_limit_fen", sa.BigInteger(), nullable=True))
    op.add_column("order", sa.Column("pay_by", sa.Date(), nullable=True))
    op.create_index(op.f("ix_order_pay_by_id"), "order", ["pay_by", "id"], unique=False)
    op.add_column("payment", sa.Column("gateway_id", sa.String(length=120), nullable=True))
    op.add_column("payment", sa.Column("intent_id", sa.String(length=120), nullable=True))
    op.add_column("payment", sa.Column("checkout_url", sa.String(length=2000), nullable=True))
    op.create_index(op.f("ix_payment_gateway_id"), "payment", ["gateway_id"], unique=True)
    op.create_index(op.f("ix_payment_intent_id"), "payment", ["intent_id"], unique=True)
    _protect()
    _move_credits("0004/credit", 1)
    op.execute(PAY_BY[op.get_bind().dialect.name])


def _protect() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
        return
    for table in APPEND_ONLY:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def _move_credits(source: str, sign: int) -> None:
    """Posts each buyer's credit to an account of its own; or, with -1, back again."""
    connection = op.get_bind()
    moment = datetime.now(UTC)
    # Both ways in one go and back again later: the source says which time it is.
    entry = sa.table(
        "ledger_entry", *map(sa.column, ("source", "posted_at", "posted_on", "narration"))
    )
    entry.c.posted_at.type = MOMENT
    for holder, credit_fen in connection.execute(sa.text(CREDITS)).all():
        name = f"{source}/{holder}/{moment:%Y%m%d%H%M%S%f}"
        connection.execute(
            entry.insert().values(
                source=name, posted_at=moment, posted_on=moment.date(), narration="余额单独记账"
            )
        )
        entry_id = connection.execute(
            sa.text("SELECT id FROM ledger_entry WHERE source = :name"), {"name": name}
        ).scalar_one()
        for account, fen in (("buyer", credit_fen * sign), ("credit", -credit_fen * sign)):
            _post(connection, entry_id, f"liabilities:{account}:{holder}", int(fen))


def _post(connection: sa.Connection, entry_id: int, account: str, amount_fen: int) -> None:
    values = {"entry": entry_id, "account": account, "fen": amount_fen}
    connection.execute(
        sa.text(
            "INSERT INTO posting (entry_id, account, amount_fen) VALUES (:entry, :account, :fen)"
        ),
        values,
    )
    connection.execute(
        sa.text(
            "INSERT INTO account_balance (account, shard, balance_fen) VALUES (:account, 0, :fen)"
            " ON CONFLICT (account, shard) DO UPDATE"
            " SET balance_fen = account_balance.balance_fen + excluded.balance_fen"
        ),
        values,
    )


def downgrade() -> None:
    _move_credits("0004/credit-back", -1)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_rewriting ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncating ON {table}")
    op.drop_index(op.f("ix_payment_intent_id"), table_name="payment")
    op.drop_index(op.f("ix_payment_gateway_id"), table_name="payment")
    op.drop_column("payment", "checkout_url")
    op.drop_column("payment", "intent_id")
    op.drop_column("payment", "gateway_id")
    op.drop_index(op.f("ix_order_pay_by_id"), table_name="order")
    op.drop_column("order", "pay_by")
    op.drop_column("budget_unit", "credit_limit_fen")
    op.drop_index(op.f("ix_after_sale_step_refund_id_id"), table_name="after_sale_step")
    op.drop_table("after_sale_step")
    op.drop_index(op.f("ix_settlement_line_settlement_id"), table_name="settlement_line")
    op.drop_index(op.f("ix_settlement_line_order_id"), table_name="settlement_line")
    op.drop_table("settlement_line")
    op.drop_index(op.f("ix_payout_unit_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_state_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_settlement_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_producer_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_person_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_payment_id"), table_name="payout")
    op.drop_index(op.f("ix_payout_batch_id"), table_name="payout")
    op.drop_table("payout")
    op.drop_index(op.f("ix_invoice_red_of_id"), table_name="invoice")
    op.drop_index(op.f("ix_invoice_order_id"), table_name="invoice")
    op.drop_table("invoice")
    op.drop_table("settlement")
    op.drop_index(op.f("ix_gateway_event_payment_id"), table_name="gateway_event")
    op.drop_index(op.f("ix_gateway_event_effect_id"), table_name="gateway_event")
    op.drop_table("gateway_event")
    op.drop_table("freight_rule")
    op.drop_index(op.f("ix_dispute_payment_id"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_index(op.f("ix_bank_match_unit_id"), table_name="bank_match")
    op.drop_index(op.f("ix_bank_match_person_id"), table_name="bank_match")
    op.drop_index(op.f("ix_bank_match_payment_id"), table_name="bank_match")
    op.drop_index(op.f("ix_bank_match_line_id"), table_name="bank_match")
    op.drop_table("bank_match")
    op.drop_index(op.f("ix_bank_account_unit_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_producer_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_person_id"), table_name="bank_account")
    op.drop_index(op.f("ix_bank_account_number"), table_name="bank_account")
    op.drop_table("bank_account")
    op.drop_index(op.f("ix_bank_line_statement_id"), table_name="bank_line")
    op.drop_index(op.f("ix_bank_line_state_id"), table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_index(op.f("ix_upload_sha256"), table_name="upload")
    op.drop_table("upload")
    op.drop_table("payout_batch")
    op.drop_table("bank_statement")
