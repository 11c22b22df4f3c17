"""People are told: an inbox each, what they chose for each topic, and their quiet hours."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("object_kind", sa.String(length=24), nullable=False),
        sa.Column("object_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("effect_key", sa.String(length=100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("digest_at", MOMENT, nullable=True),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "is_new = (read_at IS NULL AND done_at IS NULL)", name=op.f("ck_notice_new_is_new")
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR look_at IS NULL", name=op.f("ck_notice_done_is_not_looked_at")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_notice_effect_key")),
    )
    for columns in (
        ["person_id", "in_inbox", "is_new", "id"],
        ["object_kind", "object_id"],
        ["digest_at", "person_id"],
        ["look_at", "id"],
        ["created_at"],
    ):
        op.create_index(op.f(f"ix_notice_{'_'.join(columns)}"), "notice", columns)
    op.create_table(
        "notice_preference",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("mail", sa.String(length=8), nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "mail IN ('at_once', 'daily', 'weekly', 'never')",
            name=op.f("ck_notice_preference_known_mail"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_preference_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "notice_hours",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("begins", BIG, nullable=False),
        sa.Column("ends", BIG, nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "begins BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439",
            name=op.f("ck_notice_hours_minutes_of_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_hours_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_hours")),
    )


def downgrade() -> None:
    for table in ("notice_hours", "notice_preference", "notice"):
        op.drop_table(table)
