"""Units approve in steps, with substitutes, and each purchase keeps the steps it takes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "approval_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("from_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.String(length=12), nullable=True),
        sa.Column("approver_id", BIG, nullable=False),
        sa.CheckConstraint("from_fen >= 0", name=op.f("ck_approval_step_amount_not_negative")),
        sa.CheckConstraint(
            "fund IS NULL OR fund IN ('CANTEEN', 'UNION', 'INDIVIDUAL', 'OTHER')",
            name=op.f("ck_approval_step_known_fund"),
        ),
        reference("approval_step", "unit_id", "budget_unit"),
        reference("approval_step", "approver_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
        sa.UniqueConstraint("unit_id", "position", name=op.f("uq_approval_step_unit_id_position")),
    )
    op.create_table(
        "approval_substitute",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("substitute_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("set_by", BIG, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "until_on >= from_on", name=op.f("ck_approval_substitute_days_in_order")
        ),
        sa.CheckConstraint(
            "person_id <> substitute_id", name=op.f("ck_approval_substitute_someone_else")
        ),
        reference("approval_substitute", "unit_id", "budget_unit"),
        reference("approval_substitute", "person_id", "person"),
        reference("approval_substitute", "substitute_id", "person"),
        reference("approval_substitute", "set_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_substitute")),
    )
    op.create_index(
        op.f("ix_approval_substitute_unit_id_person_id"),
        "approval_substitute",
        ["unit_id", "person_id"],
    )
    op.create_table(
        "purchase_step",
        sa.Column("purchase_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("approver_id", BIG, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        reference("purchase_step", "purchase_id", "purchase"),
        reference("purchase_step", "approver_id", "person"),
        reference("purchase_step", "decided_by", "person"),
        sa.PrimaryKeyConstraint("purchase_id", "position", name=op.f("pk_purchase_step")),
    )


def downgrade() -> None:
    op.drop_table("purchase_step")
    op.drop_table("approval_substitute")
    op.drop_table("approval_step")
