"""Papers: frozen facts, the files printed of them, and packages."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("object", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size", BIG, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "format IN ('pdf', 'xlsx', 'csv', 'zip')", name=op.f("ck_paper_known_format")
        ),
        sa.CheckConstraint(
            "(done_at IS NULL) = (content IS NULL)", name=op.f("ck_paper_done_with_content")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_paper_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_number")),
        sa.UniqueConstraint(
            "kind",
            "object",
            "format",
            "facts_sha256",
            name=op.f("uq_paper_kind_object_format_facts_sha256"),
        ),
    )
    op.create_index(op.f("ix_paper_object_id"), "paper", ["object", "id"])
    op.create_table(
        "paper_part",
        sa.Column("package_id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["paper.id"], name=op.f("fk_paper_part_package_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_part_paper_id")),
        sa.PrimaryKeyConstraint("package_id", "paper_id", name=op.f("pk_paper_part")),
    )
    op.create_index(op.f("ix_paper_part_paper_id"), "paper_part", ["paper_id"])


def downgrade() -> None:
    op.drop_table("paper_part")
    op.drop_table("paper")
