"""Monthly bulletins: drafted, edited, signed off, frozen, published."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("bulletin_issue", "bulletin_step")
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb_lower} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# The function that refuses came with 0001.
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
    "CREATE TRIGGER {table}_no_truncating BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
)


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", BIG, nullable=False),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        *_content(),
        sa.Column("turn", BIG, nullable=False),
        sa.Column("published_number", BIG, nullable=True),
        sa.Column("edited_by", BIG, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SIGNED', 'PUBLISHED')", name=op.f("ck_bulletin_known_state")
        ),
        _refers("bulletin", "edited_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("county_code", "period", name=op.f("uq_bulletin_county_code_period")),
    )
    op.create_table(
        "bulletin_issue",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bulletin_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        *_content(),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("edited_by", BIG, nullable=False),
        sa.Column("signed_by", BIG, nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "signed_by <> edited_by", name=op.f("ck_bulletin_issue_signed_by_another")
        ),
        _refers("bulletin_issue", "bulletin_id", "bulletin.id"),
        _refers("bulletin_issue", "edited_by", "person.id"),
        _refers("bulletin_issue", "signed_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_issue")),
        sa.UniqueConstraint(
            "bulletin_id", "number", name=op.f("uq_bulletin_issue_bulletin_id_number")
        ),
    )
    op.create_table(
        "bulletin_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bulletin_id", BIG, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        _refers("bulletin_step", "bulletin_id", "bulletin.id"),
        _refers("bulletin_step", "actor_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_step")),
    )
    op.create_index(op.f("ix_bulletin_step_bulletin_id_id"), "bulletin_step", ["bulletin_id", "id"])
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for table in ("bulletin_step", "bulletin_issue", "bulletin"):
        op.drop_table(table)


def _content() -> list[sa.Column]:
    """What a bulletin and its issues say alike."""
    return [
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
    ]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
