"""The next job is found at once, however many wait: PostgreSQL sorted all of them for each."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLE, WAITING = "outbox_message", "ix_outbox_message_waiting"
DUE, DONE = "ix_outbox_message_due", "ix_outbox_message_done"


def upgrade() -> None:
    waits, is_done = sa.text("done_at IS NULL"), sa.text("done_at IS NOT NULL")
    op.create_index(DUE, TABLE, ["not_before", "id"], postgresql_where=waits, sqlite_where=waits)
    op.create_index(DONE, TABLE, ["done_at"], postgresql_where=is_done, sqlite_where=is_done)
    op.drop_index(WAITING, TABLE)


def downgrade() -> None:
    op.create_index(WAITING, TABLE, ["done_at", "not_before"])
    op.drop_index(DONE, TABLE)
    op.drop_index(DUE, TABLE)
