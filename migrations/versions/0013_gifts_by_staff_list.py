"""Purchases by staff list, and lists that are bought by again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _recipients()
    _lists()


def _recipients() -> None:
    op.create_table(
        "purchase_recipient",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purchase_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("department", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.CheckConstraint("place > 0", name=op.f("ck_purchase_recipient_place_positive")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_purchase_recipient_amount_positive")),
        _refers("purchase_recipient", "purchase_id", "purchase.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_recipient")),
        sa.UniqueConstraint(
            "purchase_id", "place", name=op.f("uq_purchase_recipient_purchase_id_place")
        ),
    )
    op.create_table(
        "recipient_pack",
        sa.Column("recipient_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("shipment_id", BIG, nullable=True),
        sa.Column("sent_to", sa.String(length=200), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_recipient_pack_quantity_positive")),
        sa.CheckConstraint(
            "(shipment_id IS NULL) = (sent_to IS NULL)",
            name=op.f("ck_recipient_pack_sent_somewhere"),
        ),
        _refers("recipient_pack", "recipient_id", "purchase_recipient.id"),
        _refers("recipient_pack", "variant_id", "variant.id"),
        _refers("recipient_pack", "shipment_id", "shipment.id"),
        sa.PrimaryKeyConstraint("recipient_id", "variant_id", name=op.f("pk_recipient_pack")),
    )
    op.create_index(op.f("ix_recipient_pack_shipment_id"), "recipient_pack", ["shipment_id"])


def _lists() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_saved_list_one_owner")
        ),
        _refers("saved_list", "unit_id", "budget_unit.id"),
        _refers("saved_list", "person_id", "person.id"),
        _refers("saved_list", "made_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_saved_list_unit_id_name")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_list_person_id_name")),
    )
    op.create_table(
        "saved_list_line",
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_saved_list_line_quantity_positive")),
        _refers("saved_list_line", "list_id", "saved_list.id"),
        _refers("saved_list_line", "variant_id", "variant.id"),
        sa.PrimaryKeyConstraint("list_id", "variant_id", name=op.f("pk_saved_list_line")),
    )


def downgrade() -> None:
    for table in ("saved_list_line", "saved_list", "recipient_pack", "purchase_recipient"):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
