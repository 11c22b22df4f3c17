"""A centre may look after more than a county; hosts, agencies and outlets belong to one."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

CENTRE = "operations_centre"
NAME = "ck_operations_centre_known_area"
RULE = "length(county_code) IN (0, 2, 4, 6)"
HELD = ("host", "agency", "host_application", "outlet")
# So far there was one centre, and all of them were its own.
OLD_ONES = "UPDATE {table} SET county_code = coalesce((SELECT min(county_code) FROM {centre}), '')"


def upgrade() -> None:
    _with_rule()
    for table in HELD:
        county = sa.Column("county_code", sa.String(6), nullable=False, server_default="")
        op.add_column(table, county)
        op.execute(OLD_ONES.format(table=table, centre=CENTRE))
        op.create_index(op.f(f"ix_{table}_county_code"), table, ["county_code"])


def downgrade() -> None:
    for table in HELD:
        op.drop_index(op.f(f"ix_{table}_county_code"), table_name=table)
        op.drop_column(table, "county_code")
    _without_rule()


def _with_rule() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(r"\)\s*$", f", CONSTRAINT {NAME} CHECK ({RULE}))")
    else:
        op.create_check_constraint(op.f(NAME), CENTRE, RULE)


def _without_rule() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(rf",\s*CONSTRAINT {NAME} CHECK \({re.escape(RULE)}\)", "")
    else:
        op.drop_constraint(op.f(NAME), CENTRE)


def _rewrite(old: str, new: str) -> None:
    """SQLite changes no constraint: the table is copied. No other table refers to it."""
    bind = op.get_bind()
    asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    words = bind.execute(asked, {"table": CENTRE}).scalar_one()
    copy = re.sub(rf"CREATE TABLE \"?{CENTRE}\b\"?", f"CREATE TABLE {CENTRE}_copy", words)
    changed = re.sub(old, new, copy, count=1)
    assert changed != copy, words
    bind.exec_driver_sql(changed)
    bind.exec_driver_sql(f"INSERT INTO {CENTRE}_copy SELECT * FROM {CENTRE}")
    bind.exec_driver_sql(f"DROP TABLE {CENTRE}")
    bind.exec_driver_sql(f"ALTER TABLE {CENTRE}_copy RENAME TO {CENTRE}")
