"""Completed orders may be re-attributed to the unit they should have been bought under."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PEOPLE = ("asked_by", "from_approved_by", "to_approved_by", "ended_by")
UNITS = ("from_unit_id", "to_unit_id")


def upgrade() -> None:
    op.create_table(
        "reattribution",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("from_unit_id", BIG, nullable=False),
        sa.Column("to_unit_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("from_approved_by", BIG, nullable=True),
        sa.Column("to_approved_by", BIG, nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "from_unit_id <> to_unit_id", name=op.f("ck_reattribution_between_two_units")
        ),
        sa.CheckConstraint(
            "state IN ('ASKED', 'DONE', 'REFUSED')", name=op.f("ck_reattribution_known_state")
        ),
        sa.CheckConstraint(
            "from_approved_by <> asked_by", name=op.f("ck_reattribution_approved_by_another")
        ),
        sa.CheckConstraint(
            "from_approved_by <> to_approved_by",
            name=op.f("ck_reattribution_approved_on_both_sides"),
        ),
        sa.CheckConstraint(
            "state <> 'DONE' OR (from_approved_by IS NOT NULL AND to_approved_by IS NOT NULL)",
            name=op.f("ck_reattribution_done_with_both"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_reattribution_order_id")),
        *(_refers(column, "budget_unit.id") for column in UNITS),
        *(_refers(column, "person.id") for column in PEOPLE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reattribution")),
    )
    for columns in (["order_id", "state"], ["from_unit_id", "id"], ["to_unit_id", "id"]):
        name = "_".join(["ix_reattribution", *columns])
        op.create_index(op.f(name), "reattribution", columns)


def downgrade() -> None:
    op.drop_table("reattribution")


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_reattribution_{column}"))
