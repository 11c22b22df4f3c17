"""Livestream: hosts are admitted, sessions held, links followed, and commission is kept in a book."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = (
    "host_step",
    "livestream_rule",
    "session_entry",
    "commission_claim",
    "commission_entry",
    "dispute_step",
    "commission_settlement_line",
)
TABLES = (
    "agency",
    "agency_contract",
    "host_application",
    "host_step",
    "livestream_rule",
    "commission_plan",
    "live_session",
    "session_offer",
    "short_link",
    "click",
    "link_total",
    "click_file",
    "offer_taken",
    "session_entry",
    "commission_claim",
    "commission_entry",
    "commission_dispute",
    "dispute_step",
    "commission_settlement",
    "commission_settlement_line",
)
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
# What was sold by a code before there were sessions: nothing was agreed, so it earns nothing.
OLD_CLAIMS = """
INSERT INTO commission_claim (order_line_id, version, order_id, product_id, host_id, agency_ppm,
    rate_ppm, outcome, facts, decided_at)
SELECT order_line.id, 1, "order".id, order_line.product_id, purchase.host_id, 0, 0,
    'BEFORE_SESSIONS', '{}', "order".placed_at
FROM order_line JOIN "order" ON "order".id = order_line.order_id
JOIN purchase ON purchase.id = "order".purchase_id
WHERE purchase.host_id IS NOT NULL AND "order".placed_at IS NOT NULL
ORDER BY order_line.id
"""
OLD_ENTRIES = """
INSERT INTO commission_entry (source, kind, order_id, order_line_id, product_id, producer_id,
    host_id, base_fen, host_fen, agency_fen, counted_on, posted_at)
SELECT 'order:' || order_id || '/before/' || order_line_id, 'EARNED', order_id, order_line_id,
    product_id, producer_id, host_id, SUM(amount_fen), 0, 0, MIN(counted_on), MIN(posted_at)
FROM attribution_entry WHERE host_id IS NOT NULL AND order_line_id IS NOT NULL
GROUP BY order_id, order_line_id, product_id, producer_id, host_id
HAVING SUM(amount_fen) <> 0
"""
OLD_TOTALS = """
INSERT INTO attribution_total (scope, scope_key, part, part_key, year, shard, amount_fen, orders)
SELECT 'host', CAST(host_id AS VARCHAR(12)), 'product', CAST(product_id AS VARCHAR(12)),
    CAST(SUBSTR(CAST(counted_on AS VARCHAR(10)), 1, 4) AS INTEGER), 0, SUM(amount_fen),
    COUNT(DISTINCT order_id)
FROM attribution_entry WHERE host_id IS NOT NULL
GROUP BY host_id, product_id, CAST(SUBSTR(CAST(counted_on AS VARCHAR(10)), 1, 4) AS INTEGER)
"""
HOLDERS = ("host_id", "agency_id")
ONE_OF_THREE = "producer_id IS NULL THEN 0 ELSE 1 END = 1"
ONE_OF_FIVE = (
    "producer_id IS NULL THEN 0 ELSE 1 END + CASE WHEN host_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN agency_id IS NULL THEN 0 ELSE 1 END = 1"
)


def upgrade() -> None:
    _hosts()
    _sessions()
    _book()
    _settlements()
    _widen()
    for statement in (OLD_CLAIMS, OLD_ENTRIES, OLD_TOTALS):
        op.execute(statement)
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    _require_nothing_earned()
    _narrow()
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM attribution_total WHERE scope = 'session'")
    op.execute("DELETE FROM attribution_total WHERE scope = 'host' AND part = 'product'")


def _require_nothing_earned() -> None:
    """Books are not un-written: what a host earned keeps this migration where it is."""
    earned = "SELECT count(*) FROM commission_entry WHERE host_fen <> 0 OR agency_fen <> 0"
    if op.get_bind().execute(sa.text(earned)).scalar():
        raise RuntimeError("commission_entry holds what was earned: it cannot be taken out again")


def _widen() -> None:
    """Columns in tables that stand, and more kinds where kinds are listed."""
    for column in ("trusted_at", "suspended_at"):
        op.add_column("host", sa.Column(column, MOMENT, nullable=True))
    op.add_column("attribution_entry", sa.Column("session_id", BIG, nullable=True))
    op.add_column("purchase", sa.Column("touches", sa.JSON(), nullable=True))
    for table in ("bank_account", "payout"):
        for column in HOLDERS:
            _add_reference(table, column, column.removesuffix("_id"))
    _add_reference("payout", "commission_settlement_id", "commission_settlement")
    _set_kinds(add=True)


def _narrow() -> None:
    for statement in (
        "DELETE FROM membership WHERE organisation_kind = 'AGENCY'",
        "DELETE FROM payout WHERE kind = 'COMMISSION'",
        "DELETE FROM bank_account WHERE host_id IS NOT NULL OR agency_id IS NOT NULL",
    ):
        op.execute(statement)
    _set_kinds(add=False)
    for table, columns in (
        ("payout", ("commission_settlement_id", *HOLDERS)),
        ("bank_account", HOLDERS),
    ):
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
            op.drop_column(table, column)
    op.drop_column("purchase", "touches")
    op.drop_column("attribution_entry", "session_id")
    for column in ("trusted_at", "suspended_at"):
        op.drop_column("host", column)


def _add_reference(table: str, column: str, target: str) -> None:
    # In the column's own words: SQLite would otherwise copy the table for a new constraint.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
        f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _set_kinds(*, add: bool) -> None:
    """Whether people may belong to agencies, and hosts and agencies hold accounts and are paid."""
    changes = (
        ("membership", "known_kind", "'CONTRACTOR')", "'CONTRACTOR', 'AGENCY')"),
        ("payout", "known_kind", "'CREDIT')", "'CREDIT', 'COMMISSION')"),
        ("bank_account", "has_one_holder", ONE_OF_THREE, ONE_OF_FIVE),
    )
    for table, name, before, after in changes:
        old, new = (before, after) if add else (after, before)
        if op.get_bind().dialect.name == "sqlite":
            _rewrite(table, old, new)
        else:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, _check(table, new))


def _check(table: str, words: str) -> str:
    """The whole of a constraint that ends with these words."""
    return {
        "membership": "organisation_kind IN ('UNIT', 'PRODUCER', 'HOST', 'CENTRE', " + words,
        "payout": "kind IN ('SETTLEMENT', " + words,
        "bank_account": "CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN " + words,
    }[table]


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite changes no constraint: the table is copied, in its own words but for the change."""
    bind = op.get_bind()
    kept = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (words,) = [sql for kind, sql in kept if kind == "table"]
    copy = re.sub(rf"(CREATE TABLE |REFERENCES )\"?{table}\b\"?", rf"\1{table}_copy", words)
    changed = copy.replace(old, new, 1)
    assert changed != copy, words
    bind.exec_driver_sql(changed)
    bind.exec_driver_sql(f"INSERT INTO {table}_copy SELECT * FROM {table} ORDER BY id")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_copy RENAME TO {table}")
    for kind, sql in kept:
        if kind in {"index", "trigger"}:
            bind.exec_driver_sql(sql)


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def _hosts() -> None:
    op.create_table(
        "agency",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("suspended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("uscc", name=op.f("uq_agency_uscc")),
    )
    op.create_table(
        "agency_contract",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=False),
        sa.Column("share_ppm", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'AGREED', 'REFUSED', 'ENDED')",
            name=op.f("ck_agency_contract_known_state"),
        ),
        sa.CheckConstraint(
            "share_ppm >= 0 AND share_ppm <= 1000000",
            name=op.f("ck_agency_contract_share_is_a_part"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_agency_contract_days_in_order")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_contract_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_agency_contract_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_agency_contract_ended_by")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_agency_contract_host_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_agency_contract_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_contract")),
    )
    op.create_index(
        op.f("ix_agency_contract_agency_id_state"),
        "agency_contract",
        ["agency_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_agency_contract_host_id_from_on"),
        "agency_contract",
        ["host_id", "from_on"],
        unique=False,
    )
    op.create_table(
        "host_application",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("applicant_id", BIG, nullable=False),
        sa.Column("open_for", BIG, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("real_name_sealed", sa.String(length=400), nullable=False),
        sa.Column("identity_sealed", sa.String(length=400), nullable=False),
        sa.Column("phone_sealed", sa.String(length=400), nullable=False),
        sa.Column("identity_mark", sa.String(length=64), nullable=False),
        sa.Column("upload_id", BIG, nullable=True),
        sa.Column("agreement", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("host_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(state = 'WAITING') = (open_for IS NOT NULL)",
            name=op.f("ck_host_application_open_while_waiting"),
        ),
        sa.CheckConstraint(
            "kind IN ('HOST', 'AGENCY')", name=op.f("ck_host_application_known_kind")
        ),
        sa.CheckConstraint(
            "state IN ('WAITING', 'ADMITTED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_host_application_known_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> applicant_id",
            name=op.f("ck_host_application_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_host_application_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["person.id"], name=op.f("fk_host_application_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_host_application_decided_by")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_host_application_host_id")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_host_application_upload_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_application")),
        sa.UniqueConstraint("open_for", name=op.f("uq_host_application_open_for")),
    )
    op.create_index(
        op.f("ix_host_application_agency_id"), "host_application", ["agency_id"], unique=False
    )
    op.create_index(
        op.f("ix_host_application_applicant_id"), "host_application", ["applicant_id"], unique=False
    )
    op.create_index(
        op.f("ix_host_application_host_id"), "host_application", ["host_id"], unique=False
    )
    op.create_index(
        op.f("ix_host_application_identity_mark"),
        "host_application",
        ["identity_mark"],
        unique=False,
    )
    op.create_index(
        op.f("ix_host_application_state_id"), "host_application", ["state", "id"], unique=False
    )
    op.create_table(
        "host_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(host_id IS NULL) <> (agency_id IS NULL)", name=op.f("ck_host_step_of_one")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_host_step_actor_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_host_step_agency_id")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_host_step_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_step")),
    )
    op.create_index(
        op.f("ix_host_step_agency_id_id"), "host_step", ["agency_id", "id"], unique=False
    )
    op.create_index(op.f("ix_host_step_host_id_id"), "host_step", ["host_id", "id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "livestream_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("window_days", BIG, nullable=False),
        sa.Column("grace_hours", BIG, nullable=False),
        sa.Column("code_beats_link", sa.Boolean(), nullable=False),
        sa.Column("units_earn", sa.Boolean(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "grace_hours BETWEEN 0 AND 720", name=op.f("ck_livestream_rule_grace_in_hours")
        ),
        sa.CheckConstraint(
            "window_days BETWEEN 0 AND 90", name=op.f("ck_livestream_rule_window_in_days")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_livestream_rule_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_livestream_rule")),
        sa.UniqueConstraint(
            "county_code", "version", name=op.f("uq_livestream_rule_county_code_version")
        ),
    )
    op.create_table(
        "commission_plan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("host_id", BIG, nullable=True),
        sa.Column("rate_ppm", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("offered_by", BIG, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(kind = 'OPEN') = (host_id IS NULL)",
            name=op.f("ck_commission_plan_open_to_all_or_one"),
        ),
        sa.CheckConstraint(
            "kind IN ('OPEN', 'DIRECTED', 'EXCLUSIVE')", name=op.f("ck_commission_plan_known_kind")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_commission_plan_ended_by_somebody"),
        ),
        sa.CheckConstraint(
            "rate_ppm > 0 AND rate_ppm <= 500000", name=op.f("ck_commission_plan_rate_in_bounds")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_commission_plan_days_in_order")),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_commission_plan_ended_by")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_commission_plan_host_id")),
        sa.ForeignKeyConstraint(
            ["offered_by"], ["person.id"], name=op.f("fk_commission_plan_offered_by")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_commission_plan_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_commission_plan_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_plan")),
    )
    op.create_index(
        op.f("ix_commission_plan_host_id"), "commission_plan", ["host_id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_plan_producer_id_until_on"),
        "commission_plan",
        ["producer_id", "until_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_plan_product_id"), "commission_plan", ["product_id"], unique=False
    )
    op.create_table(
        "live_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=False),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("check_state", sa.String(length=12), nullable=False),
        sa.Column("created_by", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(state = 'ENDED') = (ended_at IS NOT NULL)", name=op.f("ck_live_session_ended_if_over")
        ),
        sa.CheckConstraint(
            "(state IN ('LIVE', 'ENDED')) = (started_at IS NOT NULL)",
            name=op.f("ck_live_session_started_if_held"),
        ),
        sa.CheckConstraint(
            "check_state IN ('NOT_NEEDED', 'WAITING', 'PASSED', 'REFUSED')",
            name=op.f("ck_live_session_known_check"),
        ),
        sa.CheckConstraint(
            "state IN ('PLANNED', 'LIVE', 'ENDED', 'CANCELLED')",
            name=op.f("ck_live_session_known_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_live_session_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_live_session_created_by")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_live_session_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_session")),
    )
    op.create_index(
        op.f("ix_live_session_check_state_id"), "live_session", ["check_state", "id"], unique=False
    )
    op.create_index(
        op.f("ix_live_session_host_id_starts_at"),
        "live_session",
        ["host_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_live_session_state_starts_at"),
        "live_session",
        ["state", "starts_at"],
        unique=False,
    )
    op.create_table(
        "session_offer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=True),
        sa.Column("rate_ppm", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("limit_per_person", BIG, nullable=True),
        sa.Column("minutes", BIG, nullable=False),
        sa.Column("script", sa.String(length=500), nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'AGREED', 'REFUSED')", name=op.f("ck_session_offer_known_state")
        ),
        sa.CheckConstraint("limit_per_person > 0", name=op.f("ck_session_offer_limit_positive")),
        sa.CheckConstraint(
            "rate_ppm > 0 AND rate_ppm <= 500000", name=op.f("ck_session_offer_rate_in_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_session_offer_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["commission_plan.id"], name=op.f("fk_session_offer_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_session_offer_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_session_offer_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_offer_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_offer")),
        sa.UniqueConstraint(
            "session_id", "product_id", name=op.f("uq_session_offer_session_id_product_id")
        ),
    )
    op.create_index(
        op.f("ix_session_offer_producer_id_state"),
        "session_offer",
        ["producer_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_session_offer_product_id_session_id"),
        "session_offer",
        ["product_id", "session_id"],
        unique=False,
    )
    op.create_table(
        "short_link",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["session_offer.id"], name=op.f("fk_short_link_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_short_link_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_short_link_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_link")),
        sa.UniqueConstraint("code", name=op.f("uq_short_link_code")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_short_link_offer_id")),
    )
    op.create_index(op.f("ix_short_link_session_id"), "short_link", ["session_id"], unique=False)
    op.create_table(
        "click",
        sa.Column("link_id", BIG, nullable=False),
        sa.Column("hour", BIG, autoincrement=False, nullable=False),
        sa.Column("visitor", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["short_link.id"], name=op.f("fk_click_link_id")),
        sa.PrimaryKeyConstraint("link_id", "hour", "visitor", name=op.f("pk_click")),
    )
    op.create_table(
        "link_total",
        sa.Column("link_id", BIG, nullable=False),
        sa.Column("hour", BIG, autoincrement=False, nullable=False),
        sa.Column("clicks", BIG, nullable=False),
        sa.Column("left_out", BIG, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["short_link.id"], name=op.f("fk_link_total_link_id")),
        sa.PrimaryKeyConstraint("link_id", "hour", name=op.f("pk_link_total")),
    )
    op.create_table(
        "click_file",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("read_bytes", BIG, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_click_file")),
    )
    op.create_table(
        "offer_taken",
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.CheckConstraint("packs >= 0", name=op.f("ck_offer_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["session_offer.id"], name=op.f("fk_offer_taken_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offer_taken_person_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", "person_id", name=op.f("pk_offer_taken")),
    )
    op.create_table(
        "session_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_session_entry_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_entry_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_entry")),
    )
    op.create_index(
        op.f("ix_session_entry_session_id_id"), "session_entry", ["session_id", "id"], unique=False
    )


def _book() -> None:
    op.create_table(
        "commission_claim",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=True),
        sa.Column("session_id", BIG, nullable=True),
        sa.Column("offer_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("agency_ppm", BIG, nullable=False),
        sa.Column("rate_ppm", BIG, nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("rule_id", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "agency_ppm >= 0 AND agency_ppm <= 1000000",
            name=op.f("ck_commission_claim_share_is_a_part"),
        ),
        sa.CheckConstraint(
            "host_id IS NOT NULL OR rate_ppm = 0",
            name=op.f("ck_commission_claim_nobody_earns_nothing"),
        ),
        sa.CheckConstraint(
            "rate_ppm >= 0 AND rate_ppm <= 500000", name=op.f("ck_commission_claim_rate_in_bounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_claim")),
        sa.UniqueConstraint(
            "order_line_id", "version", name=op.f("uq_commission_claim_order_line_id_version")
        ),
    )
    op.create_index(
        op.f("ix_commission_claim_host_id_id"), "commission_claim", ["host_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_claim_order_id"), "commission_claim", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_claim_session_id_id"),
        "commission_claim",
        ["session_id", "id"],
        unique=False,
    )
    op.create_table(
        "commission_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("base_fen", sa.BigInteger(), nullable=False),
        sa.Column("host_fen", sa.BigInteger(), nullable=False),
        sa.Column("agency_fen", sa.BigInteger(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "agency_id IS NOT NULL OR agency_fen = 0",
            name=op.f("ck_commission_entry_agency_is_named"),
        ),
        sa.CheckConstraint(
            "base_fen <> 0 OR host_fen <> 0 OR agency_fen <> 0",
            name=op.f("ck_commission_entry_says_something"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_commission_entry_source")),
    )
    op.create_index(
        op.f("ix_commission_entry_agency_id_counted_on"),
        "commission_entry",
        ["agency_id", "counted_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_entry_host_id_counted_on"),
        "commission_entry",
        ["host_id", "counted_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_entry_order_id"), "commission_entry", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_entry_order_line_id"),
        "commission_entry",
        ["order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_entry_session_id_counted_on"),
        "commission_entry",
        ["session_id", "counted_on"],
        unique=False,
    )
    op.create_table(
        "commission_dispute",
        sa.Column("id", BIG, nullable=False),
        sa.Column("host_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("open_for", sa.String(length=48), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(state = 'OPEN') = (open_for IS NOT NULL)",
            name=op.f("ck_commission_dispute_open_while_open"),
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'GRANTED', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_commission_dispute_known_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by",
            name=op.f("ck_commission_dispute_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_commission_dispute_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_commission_dispute_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_dispute")),
        sa.UniqueConstraint("open_for", name=op.f("uq_commission_dispute_open_for")),
    )
    op.create_index(
        op.f("ix_commission_dispute_host_id_id"),
        "commission_dispute",
        ["host_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_dispute_order_id"), "commission_dispute", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_commission_dispute_state_id"), "commission_dispute", ["state", "id"], unique=False
    )
    op.create_table(
        "dispute_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("dispute_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_dispute_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["commission_dispute.id"], name=op.f("fk_dispute_step_dispute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_step")),
    )
    op.create_index(
        op.f("ix_dispute_step_dispute_id_id"), "dispute_step", ["dispute_id", "id"], unique=False
    )


def _settlements() -> None:
    op.create_table(
        "commission_settlement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payee", sa.String(length=32), nullable=False),
        sa.Column("host_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("carried_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("tax_fen", sa.BigInteger(), nullable=False),
        sa.Column("invoice_number", sa.String(length=20), nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("frozen_by", BIG, nullable=False),
        sa.CheckConstraint(
            "(host_id IS NULL) <> (agency_id IS NULL)", name=op.f("ck_commission_settlement_of_one")
        ),
        sa.CheckConstraint(
            "closing_fen = carried_fen + amount_fen", name=op.f("ck_commission_settlement_adds_up")
        ),
        sa.CheckConstraint("tax_fen >= 0", name=op.f("ck_commission_settlement_tax_not_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_commission_settlement_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["person.id"], name=op.f("fk_commission_settlement_frozen_by")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["host.id"], name=op.f("fk_commission_settlement_host_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_settlement")),
        sa.UniqueConstraint("number", name=op.f("uq_commission_settlement_number")),
        sa.UniqueConstraint("payee", "period", name=op.f("uq_commission_settlement_payee_period")),
    )
    op.create_index(
        op.f("ix_commission_settlement_agency_id_period"),
        "commission_settlement",
        ["agency_id", "period"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_settlement_host_id_period"),
        "commission_settlement",
        ["host_id", "period"],
        unique=False,
    )
    op.create_table(
        "commission_settlement_line",
        sa.Column("payee", sa.String(length=8), nullable=False),
        sa.Column("entry_id", BIG, autoincrement=False, nullable=False),
        sa.Column("settlement_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["commission_entry.id"],
            name=op.f("fk_commission_settlement_line_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["commission_settlement.id"],
            name=op.f("fk_commission_settlement_line_settlement_id"),
        ),
        sa.PrimaryKeyConstraint("payee", "entry_id", name=op.f("pk_commission_settlement_line")),
    )
    op.create_index(
        op.f("ix_commission_settlement_line_order_id"),
        "commission_settlement_line",
        ["order_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_commission_settlement_line_settlement_id"),
        "commission_settlement_line",
        ["settlement_id"],
        unique=False,
    )
