"""How many packs travel in one carton."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In the column's own words: SQLite would otherwise copy the table for a new constraint, and
    # rows of other tables refer to it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE variant ADD COLUMN carton_quantity {kind} NOT NULL DEFAULT 1"
        " CONSTRAINT ck_variant_carton_at_least_one CHECK (carton_quantity >= 1)"
    )


def downgrade() -> None:
    op.drop_column("variant", "carton_quantity")
