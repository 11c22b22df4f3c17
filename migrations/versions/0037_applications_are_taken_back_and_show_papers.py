"""A producer takes its application for recognition back, and shows papers with it.

What was taken back is over like one that was refused, with the instant beside it: yesterday's program reads it,
and no table that others refer to has to be copied for another word in its constraint.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE, COLUMN = "certification_application", "withdrawn_at"
RULE = f"CONSTRAINT ck_{TABLE}_withdrawn_is_over CHECK ({COLUMN} IS NULL OR state = 'REFUSED')"


PAPER = "application_paper"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    moment = "DATETIME" if sqlite else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {COLUMN} {moment} {RULE}")
    op.create_table(
        PAPER,
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        _refers("application_id", f"{TABLE}.id"),
        _refers("upload_id", "upload.id"),
        sa.PrimaryKeyConstraint("application_id", "upload_id", name=op.f(f"pk_{PAPER}")),
    )


def downgrade() -> None:
    op.drop_table(PAPER)
    op.drop_column(TABLE, COLUMN)


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{PAPER}_{column}"))
