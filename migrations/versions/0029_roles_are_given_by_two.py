"""Administration: roles are asked for by one and given by another; settings have a history."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("county_setting", "audit_verdict")
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
STATES = "state IN ('ASKED', 'GRANTED', 'REFUSED', 'WITHDRAWN')"


def upgrade() -> None:
    op.create_table(
        "role_request",
        *_asked(),
        sa.Column("ask", sa.String(8), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("organisation_kind", sa.String(12), nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        *_rules("role_request"),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> person_id",
            name=op.f("ck_role_request_not_for_oneself"),
        ),
        sa.CheckConstraint("ask IN ('GIVE', 'END')", name=op.f("ck_role_request_known_ask")),
        _refers("role_request", "person_id"),
    )
    op.create_index(op.f("ix_role_request_person_id_id"), "role_request", ["person_id", "id"])
    op.create_table(
        "setting_request",
        *_asked(),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        *_rules("setting_request"),
    )
    for table in ("role_request", "setting_request"):
        columns = ["county_code", "state", "id"]
        op.create_index(op.f(f"ix_{table}_county_code_state_id"), table, columns)
    _settings()
    op.create_table(
        "audit_verdict",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("links", BIG, nullable=False),
        sa.Column("unsealed", BIG, nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("broken", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verdict")),
    )
    op.create_index(op.f("ix_audit_entry_county_code_id"), "audit_entry", ["county_code", "id"])
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    # A role that yesterday's program does not know would stop whoever holds it.
    op.execute("DELETE FROM membership WHERE role IN ('SYSTEM', 'SECURITY')")
    op.drop_index(op.f("ix_audit_entry_county_code_id"), "audit_entry")
    for table in ("audit_verdict", "county_setting", "setting_request", "role_request"):
        op.drop_table(table)


def _settings() -> None:
    op.create_table(
        "county_setting",
        sa.Column("id", BIG, nullable=False),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("decided_by", BIG, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_county_setting_four_eyes")),
        _refers("county_setting", "asked_by"),
        _refers("county_setting", "decided_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_setting")),
        sa.UniqueConstraint(
            "county_code",
            "name",
            "version",
            name=op.f("uq_county_setting_county_code_name_version"),
        ),
    )


def _asked() -> list[sa.Column]:
    """What every request says of who asked and who decided."""
    return [
        sa.Column("id", BIG, nullable=False),
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("open_for", sa.String(80), nullable=True),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(500), nullable=False),
    ]


def _rules(table: str) -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(STATES, name=op.f(f"ck_{table}_known_state")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (state IN ('ASKED', 'WITHDRAWN'))",
            name=op.f(f"ck_{table}_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f(f"ck_{table}_four_eyes")
        ),
        _refers(table, "asked_by"),
        _refers(table, "decided_by"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("open_for", name=op.f(f"uq_{table}_open_for")),
    ]


def _refers(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}"))


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
