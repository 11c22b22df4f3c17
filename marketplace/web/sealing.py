"""What opens and seals words in this application."""

from typing import cast

from flask import current_app

from config import Settings
from marketplace.core.sealing import Sealer


def open_sealer(settings: Settings) -> Sealer:
    """With the key of now, one that was before it, and the one that marks are made with."""
    secret = settings.household_key or settings.secret_key
    return Sealer(secret, settings.household_key_former, settings.mark_key)


def sealer() -> Sealer:
    return cast(Sealer, current_app.extensions["sealer"])
