"""What opens and seals words in this application."""

from typing import cast

from flask import current_app

from marketplace.core.sealing import Sealer


def sealer() -> Sealer:
    return cast(Sealer, current_app.extensions["sealer"])
