"""A published version of a rule never changes, whoever tries."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER quota_rule_stays_{verb_lower} BEFORE {verb} ON quota_rule
WHEN OLD.published_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a published rule never changes'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_changing_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published rule never changes';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
POSTGRESQL_TRIGGER = (
    "CREATE TRIGGER quota_rule_stays BEFORE UPDATE OR DELETE ON quota_rule"
    " FOR EACH ROW EXECUTE FUNCTION refuse_changing_rules()"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb, verb_lower=verb.lower()))
    else:
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER quota_rule_stays_{verb}")
    else:
        op.execute("DROP TRIGGER quota_rule_stays ON quota_rule")
        op.execute("DROP FUNCTION refuse_changing_rules()")
