"""How many packs travel in one carton."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ck_variant_carton_at_least_one"


def upgrade() -> None:
    with op.batch_alter_table("variant") as table:
        table.add_column(
            sa.Column(
                "carton_quantity",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="1",
            )
        )
        table.create_check_constraint(op.f(NAME), "carton_quantity >= 1")


def downgrade() -> None:
    with op.batch_alter_table("variant") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.drop_column("carton_quantity")
