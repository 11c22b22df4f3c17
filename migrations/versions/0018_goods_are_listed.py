"""Goods are listed: photographs, prices in a book, changes that wait for a review, imports."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("price_entry", "listing_step")
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
# Prices that were there before their book: they held since the product was published.
FIRST_PRICES = """
INSERT INTO price_entry (variant_id, price_fen, at, actor_id, reason, words)
SELECT variant.id, variant.price_fen, product.published_at, NULL, 'FIRST', ''
FROM variant JOIN product ON product.id = variant.product_id
WHERE product.published_at IS NOT NULL
ORDER BY variant.id
"""


def upgrade() -> None:
    op.add_column("product", sa.Column("photo", sa.String(length=64), nullable=True))
    _prices()
    _photos()
    _steps()
    _requests()
    _imports()
    op.execute(FIRST_PRICES)
    for table in APPEND_ONLY:
        _guard(table)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _prices() -> None:
    op.create_table(
        "price_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("price_fen", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_price_entry_price_positive")),
        _key("price_entry", "variant_id", "variant.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_entry")),
    )
    op.create_index(op.f("ix_price_entry_variant_id_id"), "price_entry", ["variant_id", "id"])
    op.create_table(
        "variant_sku",
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        _key("variant_sku", "producer_id", "producer.id"),
        _key("variant_sku", "variant_id", "variant.id"),
        sa.PrimaryKeyConstraint("producer_id", "sku", name=op.f("pk_variant_sku")),
        sa.UniqueConstraint("variant_id", name=op.f("uq_variant_sku_variant_id")),
    )
    op.create_index(op.f("ix_variant_sku_sku"), "variant_sku", ["sku"])


def _photos() -> None:
    op.create_table(
        "product_photo",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("width", BIG, nullable=False),
        sa.Column("height", BIG, nullable=False),
        sa.Column("card_id", BIG, nullable=False),
        sa.Column("page_id", BIG, nullable=False),
        sa.Column("full_id", BIG, nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_product_photo_has_a_size")),
        _key("product_photo", "product_id", "product.id"),
        _key("product_photo", "card_id", "upload.id"),
        _key("product_photo", "page_id", "upload.id"),
        _key("product_photo", "full_id", "upload.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photo")),
        sa.UniqueConstraint("product_id", "mark", name=op.f("uq_product_photo_product_id_mark")),
    )
    op.create_index(op.f("ix_product_photo_mark"), "product_photo", ["mark"])


def _steps() -> None:
    op.create_table(
        "listing_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        _key("listing_step", "product_id", "product.id"),
        _key("listing_step", "actor_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_step")),
    )
    op.create_index(op.f("ix_listing_step_product_id_id"), "listing_step", ["product_id", "id"])


def _requests() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("open_for", BIG, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "state IN ('WAITING', 'AGREED', 'RETURNED', 'WITHDRAWN')",
            name=op.f("ck_change_request_known_state"),
        ),
        sa.CheckConstraint(
            "(state = 'WAITING') = (open_for IS NOT NULL)",
            name=op.f("ck_change_request_open_while_waiting"),
        ),
        sa.CheckConstraint(
            "(state = 'WAITING') = (decided_at IS NULL)",
            name=op.f("ck_change_request_decided_when_not_waiting"),
        ),
        _key("change_request", "product_id", "product.id"),
        _key("change_request", "asked_by", "person.id"),
        _key("change_request", "decided_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("open_for", name=op.f("uq_change_request_open_for")),
    )
    op.create_index(op.f("ix_change_request_product_id"), "change_request", ["product_id"])
    op.create_index(op.f("ix_change_request_state_id"), "change_request", ["state", "id"])


def _imports() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("producer_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("row_count", BIG, nullable=False),
        sa.Column("bad_count", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("takes_good", sa.Boolean(), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "state IN ('CHECKED', 'WAITING', 'DONE', 'REFUSED')",
            name=op.f("ck_import_run_known_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('DONE', 'REFUSED')) = (done_at IS NOT NULL)",
            name=op.f("ck_import_run_done_at"),
        ),
        _key("import_run", "producer_id", "producer.id"),
        _key("import_run", "asked_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_producer_id_id"), "import_run", ["producer_id", "id"])


def _guard(table: str) -> None:
    """Rows of this table are added, never changed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(table=table, verb=verb, verb_lower=verb.lower()))
    else:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))


def downgrade() -> None:
    for table in (
        "import_run",
        "change_request",
        "listing_step",
        "product_photo",
        "variant_sku",
        "price_entry",
    ):
        op.drop_table(table)
    op.drop_column("product", "photo")
