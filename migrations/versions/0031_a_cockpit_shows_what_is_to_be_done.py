"""The cockpit: figures counted beforehand, suggested matches, proofs of the books, turns of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("books_verdict", "match_notice")
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
TURNS = {
    "every_s": BIG,
    "done_at": MOMENT,
    "took_ms": BIG,
    "failed_at": MOMENT,
    "last_error": sa.String(200),
}


def upgrade() -> None:
    for name, kind in TURNS.items():
        op.add_column("schedule", sa.Column(name, kind, nullable=True))
    op.create_table(
        "cockpit_snapshot",
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("family", sa.String(12), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("county_code", "family", name=op.f("pk_cockpit_snapshot")),
    )
    _matches()
    op.create_table(
        "books_verdict",
        sa.Column("id", BIG, nullable=False),
        sa.Column("proved_at", MOMENT, nullable=False),
        sa.Column("took_ms", BIG, nullable=False),
        sa.Column("comparisons", sa.JSON(), nullable=False),
        sa.Column("breaks", BIG, nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("asked_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_books_verdict_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_verdict")),
    )
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for table in ("books_verdict", "match_notice", "suggested_match", "cockpit_snapshot"):
        op.drop_table(table)
    for name in reversed(TURNS):
        op.drop_column("schedule", name)


def _matches() -> None:
    op.create_table(
        "suggested_match",
        *_between("suggested_match"),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("gap_fen", sa.BigInteger(), nullable=False),
        sa.Column("product_name", sa.String(120), nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("first_expires_on", sa.Date(), nullable=True),
        sa.Column("is_paired", sa.Boolean(), nullable=False),
        sa.Column("bought_fen", sa.BigInteger(), nullable=False),
        sa.Column("sold_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "village_code", name=op.f("pk_suggested_match")),
    )
    op.create_index(
        op.f("ix_suggested_match_county_code_place"), "suggested_match", ["county_code", "place"]
    )
    op.create_table(
        "match_notice",
        sa.Column("id", BIG, nullable=False),
        *_between("match_notice"),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("gap_fen", sa.BigInteger(), nullable=False),
        sa.Column("people", BIG, nullable=False),
        sa.Column("sent_by", BIG, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_match_notice_somebody_was_told")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_match_notice_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_notice")),
        sa.UniqueConstraint(
            "unit_id",
            "village_code",
            "week",
            name=op.f("uq_match_notice_unit_id_village_code_week"),
        ),
    )


def _between(table: str) -> list[sa.schema.SchemaItem]:
    """A unit and a village."""
    return [
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("village_code", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f(f"fk_{table}_unit_id")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f(f"fk_{table}_village_code")
        ),
    ]


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
