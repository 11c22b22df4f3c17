"""Books with the bank: what was confirmed by hand is known, and payouts are matched too.

The two tables that hold the bank's lines have been there since 0004, and nothing has written to
them yet: they are made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
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
    _drop()
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
            "state IN ('WAITING', 'MATCHED', 'KNOWN', 'SET_ASIDE')",
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
        "bank_match",
        sa.Column("id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("payout_id", BIG, nullable=True),
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
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_bank_match_payout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_match")),
    )
    op.create_index(op.f("ix_bank_match_line_id"), "bank_match", ["line_id"], unique=False)
    op.create_index(op.f("ix_bank_match_payment_id"), "bank_match", ["payment_id"], unique=False)
    op.create_index(op.f("ix_bank_match_person_id"), "bank_match", ["person_id"], unique=False)
    op.create_index(op.f("ix_bank_match_unit_id"), "bank_match", ["unit_id"], unique=False)
    op.create_index(op.f("ix_bank_match_payout_id"), "bank_match", ["payout_id"], unique=False)
    _guard("bank_match")
    op.add_column("payout", sa.Column("returned_reference", sa.String(length=120), nullable=True))
    op.create_index(
        op.f("ix_payout_returned_reference"), "payout", ["returned_reference"], unique=True
    )
    op.add_column("refund", sa.Column("ground", sa.String(length=12), nullable=True))
    op.add_column(
        "refund",
        sa.Column("stage", sa.String(length=12), nullable=False, server_default="ASKED"),
    )
    op.add_column("refund", sa.Column("due_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_refund_stage_due_at"), "refund", ["stage", "due_at"], unique=False)
    op.execute("UPDATE refund SET stage = 'ENDED' WHERE state <> 'REQUESTED'")


def downgrade() -> None:
    op.drop_index(op.f("ix_refund_stage_due_at"), table_name="refund")
    for column in ("due_at", "stage", "ground"):
        op.drop_column("refund", column)
    op.drop_index(op.f("ix_payout_returned_reference"), table_name="payout")
    op.drop_column("payout", "returned_reference")
    _drop()
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
    _guard("bank_match")


def _drop() -> None:
    op.drop_table("bank_match")
    op.drop_table("bank_line")


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
