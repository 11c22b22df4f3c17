"""Tokens, and who one is."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from marketplace.accounts.rules.passwords import MOST
from marketplace.api.schemas.fields import (
    Input,
    Instant,
    Output,
    Text,
    amount,
    phrase,
    several,
    texts,
    words,
)
from marketplace.web.fields import MISSING, STRANGE_CHARACTERS, TOO_LONG


class Password(Text):
    """As it was typed: blanks are part of it, as they are on the page."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str:
        typed = str(fields.String._deserialize(self, value, attr, data))
        if not typed:
            raise ValidationError(MISSING)
        if len(typed) > self.most:
            raise ValidationError(phrase(TOO_LONG, most=self.most, length=len(typed)))
        if any("\ud800" <= character <= "\udfff" for character in typed):
            raise ValidationError(STRANGE_CHARACTERS)
        return typed


class Credentials(Input):
    """What a person logs in with. `otp` is for accounts with a second factor."""

    username = Text("buyer@demo", most=120, required=True)
    password = Password("demo-pass-2026", most=MOST, required=True)
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
