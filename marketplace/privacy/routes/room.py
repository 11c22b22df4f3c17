"""The blueprint that all pages of privacy hang on."""

from typing import Any

from flask import Blueprint

from marketplace.privacy.rules import KIND_WORDS, STATE_WORDS

blueprint = Blueprint("privacy", __name__)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"kind_words": KIND_WORDS, "state_words": STATE_WORDS}
