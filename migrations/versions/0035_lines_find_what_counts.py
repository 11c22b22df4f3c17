"""What counts of an order's lines is found without reading the entries of all others."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NAME = "ix_quota_entry_order_line_id"


def upgrade() -> None:
    op.create_index(NAME, "quota_entry", ["order_line_id"])


def downgrade() -> None:
    op.drop_index(NAME, "quota_entry")
