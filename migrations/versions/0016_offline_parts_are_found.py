"""What of a unit's entries was bought offline is found without reading all the others."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAME = "ix_quota_entry_offline_part"


def upgrade() -> None:
    offline = text("offline_id IS NOT NULL")
    op.create_index(
        NAME,
        "quota_entry",
        ["unit_id", "year"],
        sqlite_where=offline,
        postgresql_where=offline,
    )


def downgrade() -> None:
    op.drop_index(NAME, "quota_entry")
