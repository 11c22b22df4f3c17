"""A producer takes its application for recognition back.

It is over like one that was refused, with the instant beside it: yesterday's program reads it,
and no table that others refer to has to be copied for another word in its constraint.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE, COLUMN = "certification_application", "withdrawn_at"
RULE = f"CONSTRAINT ck_{TABLE}_withdrawn_is_over CHECK ({COLUMN} IS NULL OR state = 'REFUSED')"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    moment = "DATETIME" if sqlite else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {COLUMN} {moment} {RULE}")


def downgrade() -> None:
    op.drop_column(TABLE, COLUMN)
