"""Signing in: second steps, sessions that can be ended one by one, other houses that vouch."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "outside_invitation",
    "outside_login",
    "spent_challenge",
    "passkey",
    "recovery_code",
    "authenticator",
    "sign_in",
    "login_session",
)


def upgrade() -> None:
    op.add_column("person", sa.Column("second_step_since", MOMENT, nullable=True))
    op.add_column("access_token", sa.Column("confirmed_at", MOMENT, nullable=True))
    _where_people_are()
    _second_steps()
    _other_houses()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("access_token", "confirmed_at")
    op.drop_column("person", "second_step_since")


def _where_people_are() -> None:
    op.create_table(
        "login_session",
        *_owned("login_session"),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("session_epoch", BIG, nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.Column("network", sa.String(48), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.UniqueConstraint("key_hash", name=op.f("uq_login_session_key_hash")),
    )
    op.create_index(op.f("ix_login_session_last_seen_at"), "login_session", ["last_seen_at"])
    op.create_table(
        "sign_in",
        *_owned("sign_in"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.Column("network", sa.String(48), nullable=False),
    )
    op.create_index(op.f("ix_sign_in_at"), "sign_in", ["at"])
    for table in ("login_session", "sign_in"):
        op.create_index(op.f(f"ix_{table}_person_id_id"), table, ["person_id", "id"])


def _second_steps() -> None:
    op.create_table(
        "authenticator",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("sealed_secret", sa.String(400), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_step", BIG, nullable=False),
        _refers("authenticator"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "recovery_code",
        *_owned("recovery_code"),
        sa.Column("code_mark", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.UniqueConstraint(
            "person_id", "code_mark", name=op.f("uq_recovery_code_person_id_code_mark")
        ),
    )
    op.create_table(
        "passkey",
        *_owned("passkey"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("credential_hash", sa.String(64), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("doubted_at", MOMENT, nullable=True),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkey_credential_hash")),
    )
    op.create_index(op.f("ix_passkey_person_id_id"), "passkey", ["person_id", "id"])
    op.create_table(
        "spent_challenge",
        sa.Column("challenge_hash", sa.String(64), nullable=False),
        sa.Column("spent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_spent_challenge")),
    )


def _other_houses() -> None:
    op.create_table(
        "outside_login",
        *_owned("outside_login"),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.UniqueConstraint("provider", "subject", name=op.f("uq_outside_login_provider_subject")),
        sa.UniqueConstraint(
            "person_id", "provider", name=op.f("uq_outside_login_person_id_provider")
        ),
    )
    op.create_table(
        "outside_invitation",
        *_owned("outside_invitation"),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("mail", sa.String(120), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.UniqueConstraint("provider", "mail", name=op.f("uq_outside_invitation_provider_mail")),
    )


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    """What every row says that belongs to a person."""
    return [
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        _refers(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _refers(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"))
