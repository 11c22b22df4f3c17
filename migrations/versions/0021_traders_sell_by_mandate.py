"""Traders sell what others make, by mandate."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("producer", "entry_application"):
        traded = sa.Column("is_trader", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, traded)
    # In the column's own words: SQLite would otherwise copy the table for a new constraint.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE product ADD COLUMN maker_id {kind}"
        " CONSTRAINT fk_product_maker_id_producer REFERENCES producer (id)"
    )
    op.create_index(op.f("ix_product_maker_id"), "product", ["maker_id"])
    op.create_table(
        "trade_mandate",
        sa.Column("id", BIG, nullable=False),
        sa.Column("trader_id", BIG, nullable=False),
        sa.Column("maker_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("given_by", BIG, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_trade_mandate_days_in_order")),
        sa.CheckConstraint("trader_id <> maker_id", name=op.f("ck_trade_mandate_between_two")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_trade_mandate_ended_by_somebody"),
        ),
        _refers("trader_id", "producer"),
        _refers("maker_id", "producer"),
        _refers("given_by", "person"),
        _refers("ended_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_mandate")),
    )
    op.create_index(
        op.f("ix_trade_mandate_trader_id_maker_id"), "trade_mandate", ["trader_id", "maker_id"]
    )
    op.create_index(op.f("ix_trade_mandate_maker_id"), "trade_mandate", ["maker_id"])


def downgrade() -> None:
    op.drop_table("trade_mandate")
    op.drop_index(op.f("ix_product_maker_id"), "product")
    op.drop_column("product", "maker_id")
    op.drop_column("entry_application", "is_trader")
    op.drop_column("producer", "is_trader")


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_trade_mandate_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)
