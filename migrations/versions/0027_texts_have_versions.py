"""Legal texts have versions; people take their data along and are forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = (
    "kind IN ('TERMS', 'PRIVACY', 'PLATFORM_RULES', 'LIVESTREAM', 'AFTER_SALE', 'QUALIFICATION')"
)
SQLITE_TRIGGER = """
CREATE TRIGGER legal_text_no_{verb_lower} BEFORE {verb} ON legal_text
BEGIN SELECT RAISE(ABORT, 'legal_text is append-only'); END
"""
# The function that refuses came with 0001.
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER legal_text_no_rewriting BEFORE UPDATE OR DELETE ON legal_text"
    " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
    "CREATE TRIGGER legal_text_no_truncating BEFORE TRUNCATE ON legal_text"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
)


def upgrade() -> None:
    _create_texts()
    _create_requests()
    op.create_table(
        "retention_run",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("removed", BIG, nullable=False),
        sa.Column("removed_in_all", BIG, nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_retention_run")),
    )
    # Letters are forgotten by their day.
    op.create_index(op.f("ix_sent_mail_sent_at"), "sent_mail", ["sent_at"])
    # When the consignee of a retail purchase is erased; only set once its buyer is.
    op.add_column("purchase", sa.Column("consignee_until", sa.Date(), nullable=True))
    op.create_index(op.f("ix_purchase_consignee_until"), "purchase", ["consignee_until"])


def _create_texts() -> None:
    op.create_table(
        "legal_text",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("written_by", BIG, nullable=True),
        sa.Column("published_by", BIG, nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_legal_text_known_kind")),
        sa.CheckConstraint("published_by <> written_by", name=op.f("ck_legal_text_four_eyes")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_legal_text_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_legal_text_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_text")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_legal_text_kind_version")),
    )
    op.create_table(
        "legal_draft",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("edition", BIG, nullable=False),
        sa.Column("written_by", BIG, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_legal_draft_known_kind")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_legal_draft_written_by")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_legal_draft")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger)


def _create_requests() -> None:
    op.create_table(
        "privacy_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("open_for", sa.String(length=32), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size", BIG, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("obstacles", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('EXPORT', 'ERASURE')", name=op.f("ck_privacy_request_known_kind")
        ),
        sa.CheckConstraint(
            "state IN ('WAITING', 'READY', 'EXPIRED', 'DONE', 'WITHDRAWN', 'BLOCKED')",
            name=op.f("ck_privacy_request_known_state"),
        ),
        sa.CheckConstraint(
            "(state = 'WAITING') = (open_for IS NOT NULL)",
            name=op.f("ck_privacy_request_open_while_waiting"),
        ),
        sa.CheckConstraint(
            "(state = 'READY') = (content IS NOT NULL)",
            name=op.f("ck_privacy_request_ready_with_content"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_privacy_request_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint("number", name=op.f("uq_privacy_request_number")),
        sa.UniqueConstraint("open_for", name=op.f("uq_privacy_request_open_for")),
    )
    for columns in (["person_id", "kind", "id"], ["state", "id"], ["expires_at"]):
        name = op.f(f"ix_privacy_request_{'_'.join(columns)}")
        op.create_index(name, "privacy_request", columns)


def downgrade() -> None:
    op.drop_index(op.f("ix_sent_mail_sent_at"), "sent_mail")
    op.drop_index(op.f("ix_purchase_consignee_until"), "purchase")
    op.drop_column("purchase", "consignee_until")
    for table in ("retention_run", "privacy_request", "legal_draft", "legal_text"):
        op.drop_table(table)
