"""Units pair with villages; campaigns tag orders."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _pairings()
    _campaigns()
    # In the column's own words: SQLite would otherwise copy the table for a new constraint.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE purchase ADD COLUMN campaign_id {kind}"
        " CONSTRAINT fk_purchase_campaign_id REFERENCES campaign (id)"
    )
    op.create_index(op.f("ix_purchase_campaign_id"), "purchase", ["campaign_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_purchase_campaign_id"), "purchase")
    op.drop_column("purchase", "campaign_id")
    op.drop_table("campaign")
    op.drop_table("pairing")


def _pairings() -> None:
    op.create_table(
        "pairing",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("village_code", sa.String(12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_pairing_days_in_order")),
        sa.CheckConstraint(
            "(until_on IS NULL) = (ended_by IS NULL)", name=op.f("ck_pairing_ended_by_somebody")
        ),
        _refers("pairing", "unit_id", "budget_unit.id"),
        _refers("pairing", "village_code", "village.code"),
        _refers("pairing", "made_by", "person.id"),
        _refers("pairing", "ended_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
    )
    op.create_index(op.f("ix_pairing_unit_id_village_code"), "pairing", ["unit_id", "village_code"])
    op.create_index(op.f("ix_pairing_village_code"), "pairing", ["village_code"])


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", BIG, nullable=False),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('DONATION', 'FAIR', 'MATCHMAKING')", name=op.f("ck_campaign_known_kind")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_campaign_days_in_order")),
        _refers("campaign", "made_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(
        op.f("ix_campaign_county_code_until_on"), "campaign", ["county_code", "until_on"]
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
