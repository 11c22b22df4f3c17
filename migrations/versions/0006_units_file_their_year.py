"""Units file their year: statements by revision, what was said about them, and when they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
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
        "filing_year",
        sa.Column("year", BIG, autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_by", BIG, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_filing_year_set_by")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_filing_year")),
    )
    op.create_table(
        "quota_filing",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("headcount", BIG, nullable=False),
        sa.Column("canteen_status", sa.String(length=16), nullable=False),
        sa.Column("lead_unit_id", BIG, nullable=True),
        sa.Column("canteen_spend_fen", sa.BigInteger(), nullable=False),
        sa.Column("union_spend_fen", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("filed_by", BIG, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'REVIEWED', 'APPROVED', 'RETURNED')",
            name=op.f("ck_quota_filing_known_state"),
        ),
        sa.CheckConstraint(
            "canteen_status IN ('OWN', 'NONE', 'SHARED_LEAD', 'SHARED_MEMBER', 'OUTSOURCED')",
            name=op.f("ck_quota_filing_known_canteen"),
        ),
        sa.CheckConstraint(
            "headcount >= 0 AND canteen_spend_fen >= 0 AND union_spend_fen >= 0",
            name=op.f("ck_quota_filing_not_negative"),
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_quota_filing_filed_by")),
        sa.ForeignKeyConstraint(
            ["lead_unit_id"], ["budget_unit.id"], name=op.f("fk_quota_filing_lead_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_quota_filing_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_filing")),
        sa.UniqueConstraint(
            "unit_id", "year", "revision", name=op.f("uq_quota_filing_unit_id_year_revision")
        ),
    )
    op.create_index(op.f("ix_quota_filing_year_state_id"), "quota_filing", ["year", "state", "id"])
    op.create_table(
        "filing_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("filing_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_filing_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["quota_filing.id"], name=op.f("fk_filing_step_filing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_step")),
    )
    op.create_index(op.f("ix_filing_step_filing_id_id"), "filing_step", ["filing_id", "id"])
    op.create_table(
        "filing_paper",
        sa.Column("filing_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["quota_filing.id"], name=op.f("fk_filing_paper_filing_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_filing_paper_upload_id")
        ),
        sa.PrimaryKeyConstraint("filing_id", "upload_id", name=op.f("pk_filing_paper")),
    )
    _guard("filing_step")


def downgrade() -> None:
    for table in ("filing_paper", "filing_step", "quota_filing", "filing_year"):
        op.drop_table(table)


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
