"""The shop stands: every table, and triggers that refuse to rewrite the books."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_entry",
    "audit_link",
    "ledger_entry",
    "posting",
    "quota_entry",
    "attribution_entry",
    "order_event",
    "stock_movement",
)

# What a book holds is corrected by adding, never by rewriting: both databases refuse it.
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb_lower} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
    "CREATE TRIGGER {table}_no_truncating BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
)


def upgrade() -> None:
    op.create_table(
        "account_balance",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column(
            "shard",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "shard", name=op.f("pk_account_balance")),
    )
    op.create_table(
        "attribution_total",
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("scope_key", sa.String(length=12), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("part_key", sa.String(length=12), nullable=False),
        sa.Column(
            "year",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "shard",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope",
            "scope_key",
            "part",
            "part_key",
            "year",
            "shard",
            name=op.f("pk_attribution_total"),
        ),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        op.f("ix_audit_entry_object_kind_object_id"),
        "audit_entry",
        ["object_kind", "object_id"],
        unique=False,
    )
    op.create_table(
        "budget_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "predecessor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("canteen_status", sa.String(length=16), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_budget_unit_known_level")),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_budget_unit_not_its_own_parent")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["budget_unit.id"], name=op.f("fk_budget_unit_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["budget_unit.id"], name=op.f("fk_budget_unit_predecessor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_budget_unit_name")),
    )
    op.create_index(
        op.f("ix_budget_unit_division_code"), "budget_unit", ["division_code"], unique=False
    )
    op.create_index(op.f("ix_budget_unit_parent_id"), "budget_unit", ["parent_id"], unique=False)
    op.create_table(
        "category",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("picture", sa.String(length=24), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_fresh", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
    )
    op.create_table(
        "closed_year",
        sa.Column(
            "year",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_closed_year")),
    )
    op.create_table(
        "host",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("code", name=op.f("uq_host_code")),
    )
    op.create_table(
        "idempotent_request",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotent_request")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("narration", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_ledger_entry_source")),
    )
    op.create_index(op.f("ix_ledger_entry_order_id"), "ledger_entry", ["order_id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_posted_on"), "ledger_entry", ["posted_on"], unique=False)
    op.create_table(
        "login_throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    op.create_table(
        "operations_centre",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column("bank_account_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account_number", sa.String(length=40), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations_centre")),
        sa.UniqueConstraint("county_code", name=op.f("uq_operations_centre_county_code")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("effect_key", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_message_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_outbox_message_effect_key")),
    )
    op.create_index(
        "ix_outbox_message_waiting", "outbox_message", ["done_at", "not_before"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column(
            "session_epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("locale", sa.String(length=12), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "quota_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "ratio_ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("funds", sa.String(length=60), nullable=False),
        sa.Column("certificate_required", sa.Boolean(), nullable=False),
        sa.Column("origin_prefixes", sa.String(length=200), nullable=False),
        sa.Column("recognition_point", sa.String(length=12), nullable=False),
        sa.Column("freight_counts", sa.Boolean(), nullable=False),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("legal_reference", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "basis IN ('PER_HEAD_FLOOR', 'PER_HEAD_CAP', 'CANTEEN_RATIO', 'WELFARE_RATIO', 'NOT_BELOW_LAST_YEAR')",
            name=op.f("ck_quota_rule_known_basis"),
        ),
        sa.CheckConstraint(
            "recognition_point IN ('PLACED', 'PAID', 'ACCEPTED', 'COMPLETED')",
            name=op.f("ck_quota_rule_known_recognition_point"),
        ),
        sa.CheckConstraint(
            "amount_fen >= 0 AND ratio_ppm >= 0", name=op.f("ck_quota_rule_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_rule")),
        sa.UniqueConstraint(
            "code", "version", "year", name=op.f("uq_quota_rule_code_version_year")
        ),
    )
    op.create_table(
        "schedule",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_schedule")),
    )
    op.create_table(
        "sent_mail",
        sa.Column("effect_key", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("effect_key", name=op.f("pk_sent_mail")),
    )
    op.create_table(
        "township",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_township")),
    )
    op.create_index(op.f("ix_township_county_code"), "township", ["county_code"], unique=False)
    op.create_table(
        "worker_seen",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_seen")),
    )
    op.create_table(
        "access_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "session_epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_access_token_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_access_token")),
    )
    op.create_index(op.f("ix_access_token_person_id"), "access_token", ["person_id"], unique=False)
    op.create_table(
        "audit_link",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_link_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_link_hash")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_link_position")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_link_previous_hash")),
    )
    op.create_table(
        "headcount_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "headcount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "headcount >= 0", name=op.f("ck_headcount_revision_headcount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_headcount_revision_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount_revision")),
        sa.UniqueConstraint(
            "unit_id", "effective_on", name=op.f("uq_headcount_revision_unit_id_effective_on")
        ),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("organisation_kind", sa.String(length=12), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "organisation_kind IN ('UNIT', 'PRODUCER', 'HOST', 'CENTRE')",
            name=op.f("ck_membership_known_kind"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_kind",
            "organisation_id",
            "role",
            name=op.f("uq_membership_person_id_organisation_kind_organisation_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_membership_organisation_kind_organisation_id"),
        "membership",
        ["organisation_kind", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_password_reset_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_reset")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_posting_moves_something")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_posting_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(
        op.f("ix_posting_account_entry_id"), "posting", ["account", "entry_id"], unique=False
    )
    op.create_index(op.f("ix_posting_entry_id"), "posting", ["entry_id"], unique=False)
    op.create_table(
        "purchase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund", sa.String(length=12), nullable=False),
        sa.Column("payment_terms", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("consignee_name", sa.String(length=60), nullable=False),
        sa.Column("consignee_phone", sa.String(length=20), nullable=False),
        sa.Column("consignee_address", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "fund IN ('CANTEEN', 'UNION', 'INDIVIDUAL', 'OTHER')",
            name=op.f("ck_purchase_known_fund"),
        ),
        sa.CheckConstraint(
            "payment_terms IN ('PREPAY', 'POSTPAY')", name=op.f("ck_purchase_known_terms")
        ),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR (fund = 'INDIVIDUAL' AND payment_terms = 'PREPAY')",
            name=op.f("ck_purchase_retail_pays_first"),
        ),
        sa.CheckConstraint(
            "goods_fen >= 0 AND freight_fen >= 0", name=op.f("ck_purchase_sums_not_negative")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["person.id"], name=op.f("fk_purchase_buyer_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_purchase_decided_by")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_purchase_host_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f("fk_purchase_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_number")),
    )
    op.create_index(op.f("ix_purchase_buyer_id_id"), "purchase", ["buyer_id", "id"], unique=False)
    op.create_index(
        op.f("ix_purchase_state_expires_at"), "purchase", ["state", "expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_purchase_unit_id_state_id"), "purchase", ["unit_id", "state", "id"], unique=False
    )
    op.create_table(
        "quota_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.String(length=12), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('SALE', 'REFUND', 'ADJUSTMENT', 'REATTRIBUTION')",
            name=op.f("ck_quota_entry_known_kind"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_quota_entry_moves_something")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["quota_entry.id"], name=op.f("fk_quota_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["quota_rule.id"], name=op.f("fk_quota_entry_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_quota_entry_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_quota_entry_source")),
    )
    op.create_index(op.f("ix_quota_entry_order_id"), "quota_entry", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_quota_entry_unit_id_year_rule_id"),
        "quota_entry",
        ["unit_id", "year", "rule_id"],
        unique=False,
    )
    op.create_table(
        "quota_total",
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "year",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["quota_rule.id"], name=op.f("fk_quota_total_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["budget_unit.id"], name=op.f("fk_quota_total_unit_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", "rule_id", "year", name=op.f("pk_quota_total")),
    )
    op.create_table(
        "village",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("official_name", sa.String(length=80), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("abolished_on", sa.Date(), nullable=True),
        sa.Column("successor_code", sa.String(length=12), nullable=True),
        sa.CheckConstraint("kind IN ('village', 'community')", name=op.f("ck_village_known_kind")),
        sa.CheckConstraint(
            "successor_code IS NULL OR abolished_on IS NOT NULL",
            name=op.f("ck_village_successor_has_a_date"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_code"], ["village.code"], name=op.f("fk_village_successor_code")
        ),
        sa.ForeignKeyConstraint(
            ["township_code"], ["township.code"], name=op.f("fk_village_township_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_village")),
    )
    op.create_index(op.f("ix_village_township_code"), "village", ["township_code"], unique=False)
    op.create_table(
        "attribution_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fund", sa.String(length=12), nullable=False),
        sa.Column(
            "producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_attribution_entry_moves_something")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_attribution_entry_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution_entry")),
        sa.UniqueConstraint("source", name=op.f("uq_attribution_entry_source")),
    )
    op.create_index(
        op.f("ix_attribution_entry_order_id"), "attribution_entry", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_attribution_entry_order_line_id"),
        "attribution_entry",
        ["order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attribution_entry_producer_id_counted_on"),
        "attribution_entry",
        ["producer_id", "counted_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attribution_entry_unit_id_counted_on"),
        "attribution_entry",
        ["unit_id", "counted_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attribution_entry_village_code_counted_on"),
        "attribution_entry",
        ["village_code", "counted_on"],
        unique=False,
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("remittance_code", sa.String(length=12), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method IN ('bank_transfer', 'stripe', 'simulated')",
            name=op.f("ck_payment_known_method"),
        ),
        sa.CheckConstraint(
            "state IN ('DUE', 'DECLARED', 'RECEIVED', 'VOIDED')",
            name=op.f("ck_payment_known_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_asks_for_something")),
        sa.CheckConstraint("received_fen >= 0", name=op.f("ck_payment_received_not_negative")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_payment_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase.id"], name=op.f("fk_payment_purchase_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
        sa.UniqueConstraint("remittance_code", name=op.f("uq_payment_remittance_code")),
    )
    op.create_index(op.f("ix_payment_purchase_id"), "payment", ["purchase_id"], unique=False)
    op.create_table(
        "poor_village_listing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("listed_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "listed_until IS NULL OR listed_until >= listed_from",
            name=op.f("ck_poor_village_listing_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_poor_village_listing_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poor_village_listing")),
    )
    op.create_index(
        op.f("ix_poor_village_listing_village_code"),
        "poor_village_listing",
        ["village_code"],
        unique=False,
    )
    op.create_table(
        "producer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("food_licence", sa.String(length=40), nullable=False),
        sa.Column(
            "freight_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "free_freight_from_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('COOPERATIVE', 'WORKSHOP', 'FAMILY_FARM', 'LEADING_FIRM')",
            name=op.f("ck_producer_known_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["township_code"], ["township.code"], name=op.f("fk_producer_township_code")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_producer_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_producer")),
        sa.UniqueConstraint("name", name=op.f("uq_producer_name")),
        sa.UniqueConstraint("uscc", name=op.f("uq_producer_uscc")),
    )
    op.create_index(op.f("ix_producer_township_code"), "producer", ["township_code"], unique=False)
    op.create_table(
        "order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_terms", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("payment_state", sa.String(length=16), nullable=False),
        sa.Column("shipment_state", sa.String(length=12), nullable=False),
        sa.Column("invoice_state", sa.String(length=12), nullable=False),
        sa.Column("after_sale_state", sa.String(length=16), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "goods_fen > 0 AND freight_fen >= 0", name=op.f("ck_order_sums_not_negative")
        ),
        sa.CheckConstraint(
            "paid_fen >= 0 AND refunded_fen >= 0", name=op.f("ck_order_paid_not_negative")
        ),
        sa.CheckConstraint("payable_fen >= 0", name=op.f("ck_order_payable_not_negative")),
        sa.CheckConstraint("refunded_fen <= paid_fen", name=op.f("ck_order_refund_within_paid")),
        sa.ForeignKeyConstraint(["buyer_id"], ["person.id"], name=op.f("fk_order_buyer_id")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_order_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase.id"], name=op.f("fk_order_purchase_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["budget_unit.id"], name=op.f("fk_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("number", name=op.f("uq_order_number")),
    )
    op.create_index(op.f("ix_order_buyer_id_id"), "order", ["buyer_id", "id"], unique=False)
    op.create_index(
        op.f("ix_order_producer_id_state_id"), "order", ["producer_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_order_purchase_id"), "order", ["purchase_id"], unique=False)
    op.create_index(op.f("ix_order_state_due_at"), "order", ["state", "due_at"], unique=False)
    op.create_index(
        op.f("ix_order_unit_id_state_id"), "order", ["unit_id", "state", "id"], unique=False
    )
    op.create_table(
        "workshop",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("benefit_kind", sa.String(length=12), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("workers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "benefit_kind IN ('WAGE', 'ASSET', 'BUSINESS')", name=op.f("ck_workshop_known_benefit")
        ),
        sa.CheckConstraint("workers >= 0", name=op.f("ck_workshop_workers_not_negative")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_workshop_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_workshop_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
    )
    op.create_index(op.f("ix_workshop_producer_id"), "workshop", ["producer_id"], unique=False)
    op.create_index(op.f("ix_workshop_village_code"), "workshop", ["village_code"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_order_event_actor_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_event_order_id")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase.id"], name=op.f("fk_order_event_purchase_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index(op.f("ix_order_event_order_id"), "order_event", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_order_event_purchase_id"), "order_event", ["purchase_id"], unique=False
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "producer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("category_code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column(
            "village_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column(
            "lowest_price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "price_per_500g_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "sold_quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("certified_from", sa.Date(), nullable=True),
        sa.Column("certified_until", sa.Date(), nullable=True),
        sa.Column("certification_number", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'WITHDRAWN')",
            name=op.f("ck_product_known_state"),
        ),
        sa.CheckConstraint("lowest_price_fen >= 0", name=op.f("ck_product_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_product_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_product_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_code"], ["township.code"], name=op.f("fk_product_township_code")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_product_village_code")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_product_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index(
        "ix_product_category",
        "product",
        ["state", "category_code", "sold_quantity", "id"],
        unique=False,
    )
    op.create_index(
        "ix_product_category_newest",
        "product",
        ["state", "category_code", "published_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_product_category_price",
        "product",
        ["state", "category_code", "lowest_price_fen", "id"],
        unique=False,
    )
    op.create_index(
        "ix_product_category_township",
        "product",
        ["state", "category_code", "township_code"],
        unique=False,
    )
    op.create_index("ix_product_newest", "product", ["state", "published_at", "id"], unique=False)
    op.create_index(
        "ix_product_producer", "product", ["producer_id", "state", "sold_quantity"], unique=False
    )
    op.create_index("ix_product_sold", "product", ["state", "sold_quantity", "id"], unique=False)
    op.create_index(
        "ix_product_township",
        "product",
        ["state", "township_code", "sold_quantity", "id"],
        unique=False,
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'DONE', 'REJECTED')", name=op.f("ck_refund_known_state")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_gives_something")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_refund_decided_by")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_refund_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_order_id"), "refund", ["order_id"], unique=False)
    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_shipment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    op.create_index(op.f("ix_shipment_order_id"), "shipment", ["order_id"], unique=False)
    op.create_table(
        "certification",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_certification_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_certification_product_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certification")),
    )
    op.create_index(
        op.f("ix_certification_product_id"), "certification", ["product_id"], unique=False
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.String(length=24), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_search_term_product_id")
        ),
        sa.PrimaryKeyConstraint("term", "product_id", name=op.f("pk_search_term")),
    )
    op.create_index(op.f("ix_search_term_product_id"), "search_term", ["product_id"], unique=False)
    op.create_table(
        "variant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "price_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "pack_grams", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "minimum_quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("is_on_sale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minimum_quantity >= 1", name=op.f("ck_variant_minimum_at_least_one")),
        sa.CheckConstraint("pack_grams >= 0", name=op.f("ck_variant_weight_not_negative")),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_variant_price_positive")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
    )
    op.create_index(op.f("ix_variant_product_id"), "variant", ["product_id"], unique=False)
    op.create_table(
        "basket_line",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_basket_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_basket_line_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_basket_line_variant_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "variant_id", name=op.f("pk_basket_line")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "quantity_on_hand", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "quantity_reserved",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint("quantity_on_hand >= 0", name=op.f("ck_batch_stock_not_negative")),
        sa.CheckConstraint(
            "quantity_reserved >= 0 AND quantity_reserved <= quantity_on_hand",
            name=op.f("ck_batch_reserved_within_stock"),
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_batch_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_batch_code")),
    )
    op.create_index(
        op.f("ix_batch_variant_id_expires_on"), "batch", ["variant_id", "expires_on"], unique=False
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("variant_name", sa.String(length=60), nullable=False),
        sa.Column("unit_price_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "pack_grams", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_certified", sa.Boolean(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column(
            "shipped_quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "accepted_quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "rejected_quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("acceptance_reason", sa.String(length=200), nullable=False),
        sa.Column("accepted_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "refunded_quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accepted_quantity >= 0 AND rejected_quantity >= 0 AND accepted_quantity + rejected_quantity <= quantity",
            name=op.f("ck_order_line_accepted_within_ordered"),
        ),
        sa.CheckConstraint(
            "line_fen = quantity * unit_price_fen", name=op.f("ck_order_line_line_is_product")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= accepted_fen",
            name=op.f("ck_order_line_refund_within_accepted"),
        ),
        sa.CheckConstraint(
            "shipped_quantity >= 0 AND shipped_quantity <= quantity",
            name=op.f("ck_order_line_shipped_within_ordered"),
        ),
        sa.CheckConstraint("unit_price_fen > 0", name=op.f("ck_order_line_price_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_order_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_order_line_variant_id")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_order_line_workshop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_table(
        "batch_origin",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column(
            "share_ppm", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "share_ppm > 0 AND share_ppm <= 1000000", name=op.f("ck_batch_origin_share_range")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_origin_batch_id")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_batch_origin_village_code")
        ),
        sa.PrimaryKeyConstraint("batch_id", "village_code", name=op.f("pk_batch_origin")),
    )
    op.create_index(
        op.f("ix_batch_origin_village_code"), "batch_origin", ["village_code"], unique=False
    )
    op.create_table(
        "order_line_batch",
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "shipped_quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "released_quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_batch_quantity_positive")),
        sa.CheckConstraint(
            "released_quantity >= 0", name=op.f("ck_order_line_batch_released_not_negative")
        ),
        sa.CheckConstraint(
            "shipped_quantity + released_quantity <= quantity",
            name=op.f("ck_order_line_batch_within_reserved"),
        ),
        sa.CheckConstraint(
            "shipped_quantity >= 0", name=op.f("ck_order_line_batch_shipped_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_order_line_batch_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_order_line_batch_order_line_id")
        ),
        sa.PrimaryKeyConstraint("order_line_id", "batch_id", name=op.f("pk_order_line_batch")),
    )
    op.create_table(
        "order_line_origin",
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_order_line_origin_weight_positive")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_order_line_origin_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_order_line_origin_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_order_line_origin_village_code")
        ),
        sa.PrimaryKeyConstraint(
            "order_line_id", "batch_id", "village_code", name=op.f("pk_order_line_origin")
        ),
    )
    op.create_table(
        "refund_line",
        sa.Column(
            "refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_line_gives_something")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_refund_line_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_refund_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id")
        ),
        sa.PrimaryKeyConstraint("refund_id", "order_line_id", name=op.f("pk_refund_line")),
    )
    op.create_table(
        "shipment_line",
        sa.Column(
            "shipment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_shipment_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "order_line_id", name=op.f("pk_shipment_line")),
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movement_moves_something")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_stock_movement_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("source", name=op.f("uq_stock_movement_source")),
    )
    op.create_index(
        op.f("ix_stock_movement_batch_id"), "stock_movement", ["batch_id"], unique=False
    )
    protect_books()


def protect_books() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in APPEND_ONLY:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_rewriting ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncating ON {table}")
        op.execute("DROP FUNCTION refuse_rewriting()")
    op.drop_index(op.f("ix_stock_movement_batch_id"), table_name="stock_movement")
    op.drop_table("stock_movement")
    op.drop_table("shipment_line")
    op.drop_table("refund_line")
    op.drop_table("order_line_origin")
    op.drop_table("order_line_batch")
    op.drop_index(op.f("ix_batch_origin_village_code"), table_name="batch_origin")
    op.drop_table("batch_origin")
    op.drop_index(op.f("ix_order_line_order_id"), table_name="order_line")
    op.drop_table("order_line")
    op.drop_index(op.f("ix_batch_variant_id_expires_on"), table_name="batch")
    op.drop_table("batch")
    op.drop_table("basket_line")
    op.drop_index(op.f("ix_variant_product_id"), table_name="variant")
    op.drop_table("variant")
    op.drop_index(op.f("ix_search_term_product_id"), table_name="search_term")
    op.drop_table("search_term")
    op.drop_index(op.f("ix_certification_product_id"), table_name="certification")
    op.drop_table("certification")
    op.drop_index(op.f("ix_shipment_order_id"), table_name="shipment")
    op.drop_table("shipment")
    op.drop_index(op.f("ix_refund_order_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_index("ix_product_township", table_name="product")
    op.drop_index("ix_product_sold", table_name="product")
    op.drop_index("ix_product_producer", table_name="product")
    op.drop_index("ix_product_newest", table_name="product")
    op.drop_index("ix_product_category_township", table_name="product")
    op.drop_index("ix_product_category_price", table_name="product")
    op.drop_index("ix_product_category_newest", table_name="product")
    op.drop_index("ix_product_category", table_name="product")
    op.drop_table("product")
    op.drop_index(op.f("ix_order_event_purchase_id"), table_name="order_event")
    op.drop_index(op.f("ix_order_event_order_id"), table_name="order_event")
    op.drop_table("order_event")
    op.drop_index(op.f("ix_workshop_village_code"), table_name="workshop")
    op.drop_index(op.f("ix_workshop_producer_id"), table_name="workshop")
    op.drop_table("workshop")
    op.drop_index(op.f("ix_order_unit_id_state_id"), table_name="order")
    op.drop_index(op.f("ix_order_state_due_at"), table_name="order")
    op.drop_index(op.f("ix_order_purchase_id"), table_name="order")
    op.drop_index(op.f("ix_order_producer_id_state_id"), table_name="order")
    op.drop_index(op.f("ix_order_buyer_id_id"), table_name="order")
    op.drop_table("order")
    op.drop_index(op.f("ix_producer_township_code"), table_name="producer")
    op.drop_table("producer")
    op.drop_index(op.f("ix_poor_village_listing_village_code"), table_name="poor_village_listing")
    op.drop_table("poor_village_listing")
    op.drop_index(op.f("ix_payment_purchase_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(
        op.f("ix_attribution_entry_village_code_counted_on"), table_name="attribution_entry"
    )
    op.drop_index(op.f("ix_attribution_entry_unit_id_counted_on"), table_name="attribution_entry")
    op.drop_index(
        op.f("ix_attribution_entry_producer_id_counted_on"), table_name="attribution_entry"
    )
    op.drop_index(op.f("ix_attribution_entry_order_line_id"), table_name="attribution_entry")
    op.drop_index(op.f("ix_attribution_entry_order_id"), table_name="attribution_entry")
    op.drop_table("attribution_entry")
    op.drop_index(op.f("ix_village_township_code"), table_name="village")
    op.drop_table("village")
    op.drop_table("quota_total")
    op.drop_index(op.f("ix_quota_entry_unit_id_year_rule_id"), table_name="quota_entry")
    op.drop_index(op.f("ix_quota_entry_order_id"), table_name="quota_entry")
    op.drop_table("quota_entry")
    op.drop_index(op.f("ix_purchase_unit_id_state_id"), table_name="purchase")
    op.drop_index(op.f("ix_purchase_state_expires_at"), table_name="purchase")
    op.drop_index(op.f("ix_purchase_buyer_id_id"), table_name="purchase")
    op.drop_table("purchase")
    op.drop_index(op.f("ix_posting_entry_id"), table_name="posting")
    op.drop_index(op.f("ix_posting_account_entry_id"), table_name="posting")
    op.drop_table("posting")
    op.drop_table("password_reset")
    op.drop_index(op.f("ix_membership_organisation_kind_organisation_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("headcount_revision")
    op.drop_table("audit_link")
    op.drop_index(op.f("ix_access_token_person_id"), table_name="access_token")
    op.drop_table("access_token")
    op.drop_table("worker_seen")
    op.drop_index(op.f("ix_township_county_code"), table_name="township")
    op.drop_table("township")
    op.drop_table("sent_mail")
    op.drop_table("schedule")
    op.drop_table("quota_rule")
    op.drop_table("person")
    op.drop_index("ix_outbox_message_waiting", table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_table("operations_centre")
    op.drop_table("login_throttle")
    op.drop_index(op.f("ix_ledger_entry_posted_on"), table_name="ledger_entry")
    op.drop_index(op.f("ix_ledger_entry_order_id"), table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_table("idempotent_request")
    op.drop_table("host")
    op.drop_table("closed_year")
    op.drop_table("category")
    op.drop_index(op.f("ix_budget_unit_parent_id"), table_name="budget_unit")
    op.drop_index(op.f("ix_budget_unit_division_code"), table_name="budget_unit")
    op.drop_table("budget_unit")
    op.drop_index(op.f("ix_audit_entry_object_kind_object_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("attribution_total")
    op.drop_table("account_balance")
