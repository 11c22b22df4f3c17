"""Producers ask to send less than was ordered, and buyers agree."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # In the column's own words: SQLite would otherwise copy the table for a new constraint.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE order_line ADD COLUMN short_quantity {kind} NOT NULL DEFAULT 0"
        " CONSTRAINT ck_order_line_short_within_ordered"
        " CHECK (short_quantity >= 0 AND shipped_quantity + short_quantity <= quantity)"
    )
    op.create_table(
        "short_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('ASKED', 'AGREED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_short_request_known_state"),
        ),
        sa.CheckConstraint(
            "(state = 'ASKED') = (answered_at IS NULL)", name=op.f("ck_short_request_answered_once")
        ),
        _refers("short_request", "order_id", "order.id"),
        _refers("short_request", "asked_by", "person.id"),
        _refers("short_request", "answered_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_request")),
    )
    op.create_index(op.f("ix_short_request_order_id"), "short_request", ["order_id"])
    asked = sa.text("state = 'ASKED'")
    op.create_index(
        "uq_short_request_one_asked",
        "short_request",
        ["order_id"],
        unique=True,
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_table(
        "short_line",
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_short_line_packs_positive")),
        _refers("short_line", "request_id", "short_request.id"),
        _refers("short_line", "order_line_id", "order_line.id"),
        sa.PrimaryKeyConstraint("request_id", "order_line_id", name=op.f("pk_short_line")),
    )


def downgrade() -> None:
    op.drop_table("short_line")
    op.drop_table("short_request")
    op.drop_column("order_line", "short_quantity")


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    whole = target.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{whole}"))
