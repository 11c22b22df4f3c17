"""Tokens, and who one is."""

from marketplace.api.schemas.fields import (
    Input,
    Instant,
    Output,
    Text,
    amount,
    several,
    texts,
    words,
)


class Credentials(Input):
    """What a person logs in with. `otp` is for accounts with a second factor."""

    username = Text("buyer@demo", most=120, required=True)
    password = Text("demo-pass-2026", most=200, required=True)
    otp = Text("492039", most=12, load_default=None, allow_none=True, metadata={"rarely": True})


class Token(Output):
    """Keep it secret: it may do whatever its person may do."""

    token = words("bf_Zk3…")
    expires_at = Instant()


class Membership(Output):
    organisation_kind = words("UNIT")
    organisation_id = amount(3)
    name = words("郧阳区财政局")
    roles = texts("BUYER", "STAFF")


class Me(Output):
    """The person whose token it is."""

    id = amount(7)
    login = words("buyer@demo")
    name = words("王芳")
    memberships = several(Membership)
