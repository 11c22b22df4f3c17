"""Signals for the auditor: thresholds as data, flags with their evidence and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("signal_rule", "signal_step")
TABLES = ("signal_rule", "signal", "signal_step", "signal_cursor", "signal_replay")
TAKEN_BACK = sa.text("amount_fen < 0")
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
# What is looked for by the day on which it came.
BY_DAY = (("order", "placed_at"), ("invoice", "registered_at"), ("review", "written_at"))


def upgrade() -> None:
    _thresholds()
    _signals()
    _steps()
    _looks()
    _replays()
    _photographs()
    op.add_column(
        "invoice",
        sa.Column("seller_uscc", sa.String(length=18), nullable=False, server_default=""),
    )
    for table, column in BY_DAY:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "ix_quota_entry_taken_back",
        "quota_entry",
        ["posted_at"],
        sqlite_where=TAKEN_BACK,
        postgresql_where=TAKEN_BACK,
    )
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    op.drop_index("ix_quota_entry_taken_back", "quota_entry")
    for table, column in reversed(BY_DAY):
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_column("invoice", "seller_uscc")
    for table in ("acceptance_photo", *reversed(TABLES)):
        op.drop_table(table)


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def _thresholds() -> None:
    op.create_table(
        "signal_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_signal_rule_with_reason")),
        sa.CheckConstraint("version > 1", name=op.f("ck_signal_rule_after_the_first")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_signal_rule_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_rule")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_signal_rule_kind_version")),
    )


def _signals() -> None:
    op.create_table(
        "signal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("producer_id", BIG, nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("unit_asked", sa.Boolean(), nullable=False),
        sa.Column("producer_asked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ANSWERED' OR unit_asked OR producer_asked",
            name=op.f("ck_signal_asked_before_answered"),
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'ANSWERED', 'CLOSED')", name=op.f("ck_signal_known_state")
        ),
        sa.CheckConstraint(
            "NOT producer_asked OR producer_id IS NOT NULL",
            name=op.f("ck_signal_producer_is_known"),
        ),
        sa.CheckConstraint(
            "NOT unit_asked OR unit_id IS NOT NULL", name=op.f("ck_signal_unit_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_signal_producer_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f("fk_signal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("kind", "key", "version", name=op.f("uq_signal_kind_key_version")),
    )
    op.create_index(op.f("ix_signal_producer_id_id"), "signal", ["producer_id", "id"], unique=False)
    op.create_index(op.f("ix_signal_state_id"), "signal", ["state", "id"], unique=False)
    op.create_index(op.f("ix_signal_unit_id_id"), "signal", ["unit_id", "id"], unique=False)


def _steps() -> None:
    op.create_table(
        "signal_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("signal_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("side", sa.String(length=8), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("upload_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(kind IN ('ASKED', 'ANSWERED')) = (side IS NOT NULL)",
            name=op.f("ck_signal_step_asked_of_a_side"),
        ),
        sa.CheckConstraint(
            "kind = 'FOUND' OR actor_id IS NOT NULL", name=op.f("ck_signal_step_done_by_somebody")
        ),
        sa.CheckConstraint(
            "kind IN ('FOUND', 'ASKED', 'ANSWERED', 'CLOSED', 'REOPENED')",
            name=op.f("ck_signal_step_known_kind"),
        ),
        sa.CheckConstraint("side IN ('UNIT', 'PRODUCER')", name=op.f("ck_signal_step_known_side")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_signal_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_signal_step_signal_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_signal_step_upload_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_step")),
    )
    op.create_index(
        op.f("ix_signal_step_signal_id_id"), "signal_step", ["signal_id", "id"], unique=False
    )


def _looks() -> None:
    op.create_table(
        "signal_cursor",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("looked_until", sa.Date(), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_signal_cursor")),
    )


def _replays() -> None:
    op.create_table(
        "signal_replay",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("looked_until", sa.Date(), nullable=False),
        sa.Column("found", BIG, nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("found >= 0", name=op.f("ck_signal_replay_found_not_negative")),
        sa.CheckConstraint("from_on < until_on", name=op.f("ck_signal_replay_days_in_order")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_signal_replay_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_replay")),
    )
    op.create_index(op.f("ix_signal_replay_kind_id"), "signal_replay", ["kind", "id"], unique=False)


def _photographs() -> None:
    op.create_table(
        "acceptance_photo",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_acceptance_photo_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_acceptance_photo_upload_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "upload_id", name=op.f("pk_acceptance_photo")),
    )
    op.create_index(
        op.f("ix_acceptance_photo_kept_at"), "acceptance_photo", ["kept_at"], unique=False
    )
    op.create_index(
        op.f("ix_acceptance_photo_upload_id"), "acceptance_photo", ["upload_id"], unique=False
    )
