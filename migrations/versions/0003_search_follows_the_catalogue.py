"""Search follows the catalogue: a log of what changed; words and counts kept by the search."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "product_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("position", BIG, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_change")),
    )
    op.create_index(op.f("ix_product_change_position"), "product_change", ["position"])
    log = op.create_table(
        "change_log",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("forgotten_until", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_log_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_log")),
    )
    op.bulk_insert(log, [{"id": 1, "name": secrets.token_hex(16), "forgotten_until": 0}])
    op.create_table(
        "synonym_group",
        sa.Column("id", BIG, nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
    )
    op.create_table(
        "search_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("typed", sa.String(40), nullable=False),
        sa.Column("searches", BIG, nullable=False),
        sa.PrimaryKeyConstraint("day", "typed", name=op.f("pk_search_count")),
    )
    op.create_index(op.f("ix_certification_valid_from"), "certification", ["valid_from"])
    # The terms were a copy of the catalogue, which every machine now keeps in a folder.
    op.execute("DELETE FROM outbox_message WHERE job = 'search.apply'")
    op.drop_index(op.f("ix_search_term_product_id"), table_name="search_term")
    op.drop_table("search_term")


def downgrade() -> None:
    op.create_table(
        "search_term",
        sa.Column("term", sa.String(24), nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("weight", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_search_term_product_id")
        ),
        sa.PrimaryKeyConstraint("term", "product_id", name=op.f("pk_search_term")),
    )
    op.create_index(op.f("ix_search_term_product_id"), "search_term", ["product_id"])
    op.drop_index(op.f("ix_certification_valid_from"), table_name="certification")
    op.drop_table("search_count")
    op.drop_table("synonym_group")
    op.drop_table("change_log")
    op.drop_index(op.f("ix_product_change_position"), table_name="product_change")
    op.drop_table("product_change")
