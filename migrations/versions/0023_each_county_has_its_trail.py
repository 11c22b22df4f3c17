"""Each county has a trail of its own, and people and actions are found in it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ALONE = "CONSTRAINT uq_audit_link_position UNIQUE (position)"
BY_COUNTY = "CONSTRAINT uq_audit_link_county_code_position UNIQUE (county_code, position)"


def upgrade() -> None:
    for table in ("audit_entry", "audit_link"):
        county = sa.Column("county_code", sa.String(6), nullable=False, server_default="")
        op.add_column(table, county)
    for column in ("actor_id", "action"):
        op.create_index(op.f(f"ix_audit_entry_{column}_id"), "audit_entry", [column, "id"])
    if op.get_bind().dialect.name == "sqlite":
        _rewrite("audit_link", ALONE, BY_COUNTY)
    else:
        op.drop_constraint(op.f("uq_audit_link_position"), "audit_link")
        op.create_unique_constraint(
            op.f("uq_audit_link_county_code_position"), "audit_link", ["county_code", "position"]
        )


def downgrade() -> None:
    """Chains of counties cannot become one again: their links name each other."""
    found = "SELECT count(*) FROM audit_link WHERE county_code <> ''"
    if op.get_bind().execute(sa.text(found)).scalar():
        raise RuntimeError("audit_link holds chains of counties: they cannot be joined into one")
    if op.get_bind().dialect.name == "sqlite":
        _rewrite("audit_link", BY_COUNTY, ALONE)
    else:
        op.drop_constraint(op.f("uq_audit_link_county_code_position"), "audit_link")
        op.create_unique_constraint(op.f("uq_audit_link_position"), "audit_link", ["position"])
    for column in ("actor_id", "action"):
        op.drop_index(op.f(f"ix_audit_entry_{column}_id"), "audit_entry")
    for table in ("audit_entry", "audit_link"):
        op.drop_column(table, "county_code")


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite changes no constraint: the table is copied, in its own words but for the change."""
    bind = op.get_bind()
    kept = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    (words,) = [sql for kind, sql in kept if kind == "table"]
    copy = re.sub(rf"CREATE TABLE \"?{table}\b\"?", f"CREATE TABLE {table}_copy", words)
    changed = copy.replace(old, new, 1)
    assert changed != copy, words
    bind.exec_driver_sql(changed)
    bind.exec_driver_sql(f"INSERT INTO {table}_copy SELECT * FROM {table} ORDER BY position")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_copy RENAME TO {table}")
    for kind, sql in kept:
        if kind in {"index", "trigger"}:
            bind.exec_driver_sql(sql)
