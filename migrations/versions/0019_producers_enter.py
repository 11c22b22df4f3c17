"""Producers enter by application and their papers are looked at again; buyers review what they
bought; and what households received is kept, sealed."""

from datetime import date, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SHANGHAI = timezone(timedelta(hours=8))
TABLES = (
    "review_total",
    "producer_term",
    "benefit_household",
    "benefit_list",
    "entry_application",
    "reverification",
    "benefit_entry",
    "entry_benefit",
    "entry_paper",
    "entry_requirement",
    "entry_step",
    "reverification_paper",
    "review",
    "review_photo",
    "review_step",
    "review_word",
)
APPEND_ONLY = (
    "entry_step",
    "benefit_entry",
    "review_word",
    "review_step",
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


def upgrade() -> None:
    _extend_producers()
    _create_tables()
    for table in APPEND_ONLY:
        _guard(table)
    _keep_reviews()


def _keep_reviews() -> None:
    """A review may be hidden and shown again, but the law lets nobody delete one."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGER.format(table="review", verb="DELETE", verb_lower="delete"))
    else:
        op.execute(
            "CREATE TRIGGER review_no_delete BEFORE DELETE ON review"
            " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def _extend_producers() -> None:
    """What is known of food licences stays; everyone has six months from the day of this."""
    # In the column's own words: SQLite would otherwise copy a table that others refer to.
    op.execute("ALTER TABLE producer ADD COLUMN food_kind VARCHAR(8) NOT NULL DEFAULT ''")
    for column in ("food_valid_until", "licence_valid_until", "verified_on", "verify_by"):
        op.add_column("producer", sa.Column(column, sa.Date(), nullable=True))
    op.create_index(op.f("ix_producer_verify_by"), "producer", ["verify_by"])
    op.execute("UPDATE producer SET food_kind = 'LICENCE' WHERE food_licence <> ''")
    today = datetime.now(SHANGHAI).date()
    months = today.year * 12 + today.month - 1 + 6
    due = date(months // 12, months % 12 + 1, min(today.day, 28))
    op.execute(f"UPDATE producer SET verified_on = '{today}', verify_by = '{due}'")


def _create_tables() -> None:
    op.create_table(
        "review_total",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("object_id", BIG, autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("stars", BIG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('PRODUCT', 'PRODUCER')", name=op.f("ck_review_total_known_kind")
        ),
        sa.CheckConstraint(
            "number >= 0 AND stars >= number AND stars <= 5 * number",
            name=op.f("ck_review_total_stars_of_reviews"),
        ),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_review_total")),
    )
    op.create_table(
        "producer_term",
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("days", BIG, nullable=False),
        sa.Column("set_by", BIG, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name=op.f("ck_producer_term_days_of_a_year")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_producer_term_set_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_producer_term")),
    )
    op.create_table(
        "benefit_household",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("identity_sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_benefit_household_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_household")),
        sa.UniqueConstraint(
            "producer_id", "mark", name=op.f("uq_benefit_household_producer_id_mark")
        ),
    )
    op.create_table(
        "benefit_list",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("told_by", BIG, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('WAGE', 'DIVIDEND', 'SLIP')", name=op.f("ck_benefit_list_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_benefit_list_producer_id")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_benefit_list_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_list")),
        sa.UniqueConstraint(
            "producer_id",
            "kind",
            "period",
            "sha256",
            name=op.f("uq_benefit_list_producer_id_kind_period_sha256"),
        ),
    )
    op.create_table(
        "entry_application",
        sa.Column("id", BIG, nullable=False),
        sa.Column("applicant_id", BIG, nullable=False),
        sa.Column("turn", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("uscc", sa.String(length=40), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("food_kind", sa.String(length=8), nullable=False),
        sa.Column("food_number", sa.String(length=40), nullable=False),
        sa.Column("food_valid_until", sa.Date(), nullable=True),
        sa.Column("licence_valid_until", sa.Date(), nullable=True),
        sa.Column("legal_name", sa.String(length=60), nullable=False),
        sa.Column("legal_tail", sa.String(length=4), nullable=False),
        sa.Column("bank", sa.String(length=60), nullable=False),
        sa.Column("bank_number", sa.String(length=40), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("prechecked_by", BIG, nullable=True),
        sa.Column("recommended_by", BIG, nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("producer_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(state = 'ENTERED') = (producer_id IS NOT NULL)",
            name=op.f("ck_entry_application_entered_is_a_producer"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'RECOMMENDED', 'NOTICE', 'ENTERED', 'RETURNED', 'REFUSED')",
            name=op.f("ck_entry_application_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('NOTICE', 'ENTERED') OR (prechecked_by IS NOT NULL AND recommended_by IS NOT NULL AND decided_by IS NOT NULL AND notice_from IS NOT NULL AND notice_until IS NOT NULL)",
            name=op.f("ck_entry_application_shown_with_all"),
        ),
        sa.CheckConstraint(
            "decided_by <> applicant_id AND decided_by <> prechecked_by AND decided_by <> recommended_by",
            name=op.f("ck_entry_application_decided_by_a_fourth"),
        ),
        sa.CheckConstraint(
            "prechecked_by <> applicant_id", name=op.f("ck_entry_application_prechecked_by_another")
        ),
        sa.CheckConstraint(
            "recommended_by <> applicant_id AND recommended_by <> prechecked_by",
            name=op.f("ck_entry_application_recommended_by_a_third"),
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["person.id"], name=op.f("fk_entry_application_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_entry_application_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["prechecked_by"], ["person.id"], name=op.f("fk_entry_application_prechecked_by")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_entry_application_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommended_by"], ["person.id"], name=op.f("fk_entry_application_recommended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_application")),
        sa.UniqueConstraint(
            "applicant_id", "turn", name=op.f("uq_entry_application_applicant_id_turn")
        ),
    )
    op.create_index(
        op.f("ix_entry_application_state_id"), "entry_application", ["state", "id"], unique=False
    )
    op.create_table(
        "reverification",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("turn", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("food_kind", sa.String(length=8), nullable=False),
        sa.Column("food_number", sa.String(length=40), nullable=False),
        sa.Column("food_valid_until", sa.Date(), nullable=True),
        sa.Column("licence_valid_until", sa.Date(), nullable=True),
        sa.Column("told_by", BIG, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "state = 'SUBMITTED' OR answered_by IS NOT NULL",
            name=op.f("ck_reverification_answered_by_one"),
        ),
        sa.CheckConstraint(
            "state IN ('SUBMITTED', 'VERIFIED', 'RETURNED')",
            name=op.f("ck_reverification_known_state"),
        ),
        sa.CheckConstraint(
            "answered_by <> told_by", name=op.f("ck_reverification_answered_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_reverification_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_reverification_producer_id")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_reverification_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reverification")),
        sa.UniqueConstraint("producer_id", "turn", name=op.f("uq_reverification_producer_id_turn")),
    )
    op.create_index(
        op.f("ix_reverification_state_id"), "reverification", ["state", "id"], unique=False
    )
    op.create_table(
        "benefit_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("household_id", BIG, nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("told_by", BIG, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "reverses_id IS NULL OR words <> ''", name=op.f("ck_benefit_entry_reversed_with_reason")
        ),
        sa.CheckConstraint(
            "(amount_fen < 0) = (reverses_id IS NOT NULL)",
            name=op.f("ck_benefit_entry_less_is_a_reversal"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_benefit_entry_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["benefit_household.id"], name=op.f("fk_benefit_entry_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["benefit_list.id"], name=op.f("fk_benefit_entry_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["benefit_entry.id"], name=op.f("fk_benefit_entry_reverses_id")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_benefit_entry_told_by")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["village.code"], name=op.f("fk_benefit_entry_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_benefit_entry_reverses_id")),
    )
    op.create_index(
        op.f("ix_benefit_entry_household_id"), "benefit_entry", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_benefit_entry_list_id"), "benefit_entry", ["list_id"], unique=False)
    op.create_index(
        op.f("ix_benefit_entry_village_code_period"),
        "benefit_entry",
        ["village_code", "period"],
        unique=False,
    )
    op.create_table(
        "entry_benefit",
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("households", BIG, nullable=False),
        sa.CheckConstraint(
            "households >= 0", name=op.f("ck_entry_benefit_households_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["entry_application.id"],
            name=op.f("fk_entry_benefit_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_entry_benefit")),
    )
    op.create_table(
        "entry_paper",
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint("kind IN ('LICENCE', 'FOOD')", name=op.f("ck_entry_paper_known_kind")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["entry_application.id"], name=op.f("fk_entry_paper_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_entry_paper_upload_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "upload_id", name=op.f("pk_entry_paper")),
    )
    op.create_table(
        "entry_requirement",
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("settled_by", BIG, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "state <> 'WAIVED' OR words <> ''", name=op.f("ck_entry_requirement_waived_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'ATTESTED', 'CHECKED', 'VERIFIED', 'WAIVED')",
            name=op.f("ck_entry_requirement_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('VERIFIED', 'WAIVED') OR settled_by IS NOT NULL",
            name=op.f("ck_entry_requirement_settled_by_one"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["entry_application.id"],
            name=op.f("fk_entry_requirement_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_entry_requirement_settled_by")
        ),
        sa.PrimaryKeyConstraint("application_id", "code", name=op.f("pk_entry_requirement")),
    )
    op.create_table(
        "entry_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_entry_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["entry_application.id"], name=op.f("fk_entry_step_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_step")),
    )
    op.create_index(
        op.f("ix_entry_step_application_id_id"),
        "entry_step",
        ["application_id", "id"],
        unique=False,
    )
    op.create_table(
        "reverification_paper",
        sa.Column("reverification_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "kind IN ('LICENCE', 'FOOD')", name=op.f("ck_reverification_paper_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["reverification_id"],
            ["reverification.id"],
            name=op.f("fk_reverification_paper_reverification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_reverification_paper_upload_id")
        ),
        sa.PrimaryKeyConstraint(
            "reverification_id", "upload_id", name=op.f("pk_reverification_paper")
        ),
    )
    op.create_table(
        "review",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(length=120), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("is_of_unit", sa.Boolean(), nullable=False),
        sa.Column("rating", BIG, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_known_rating")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_review_author_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_review_order_id")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_review_producer_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("order_id", "product_id", name=op.f("uq_review_order_id_product_id")),
    )
    op.create_index(
        op.f("ix_review_producer_id_is_hidden_id"),
        "review",
        ["producer_id", "is_hidden", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_review_product_id_is_hidden_id"),
        "review",
        ["product_id", "is_hidden", "id"],
        unique=False,
    )
    op.create_table(
        "review_photo",
        sa.Column("review_id", BIG, nullable=False),
        sa.Column("upload_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_photo_review_id")
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_review_photo_upload_id")
        ),
        sa.PrimaryKeyConstraint("review_id", "upload_id", name=op.f("pk_review_photo")),
    )
    op.create_index(op.f("ix_review_photo_upload_id"), "review_photo", ["upload_id"], unique=False)
    op.create_table(
        "review_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("review_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind <> 'HIDDEN' OR ground <> ''", name=op.f("ck_review_step_hidden_with_ground")
        ),
        sa.CheckConstraint("kind IN ('HIDDEN', 'SHOWN')", name=op.f("ck_review_step_known_kind")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_review_step_actor_id")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_step_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
    )
    op.create_index(
        op.f("ix_review_step_review_id_id"), "review_step", ["review_id", "id"], unique=False
    )
    op.create_table(
        "review_word",
        sa.Column("id", BIG, nullable=False),
        sa.Column("review_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('ANSWER', 'FOLLOW_UP')", name=op.f("ck_review_word_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_review_word_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_word_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_word")),
        sa.UniqueConstraint("review_id", "kind", name=op.f("uq_review_word_review_id_kind")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index(op.f("ix_producer_verify_by"), "producer")
    for column in (
        "verify_by",
        "verified_on",
        "licence_valid_until",
        "food_valid_until",
        "food_kind",
    ):
        op.drop_column("producer", column)
