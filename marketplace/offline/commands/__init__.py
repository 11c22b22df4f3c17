"""Verbs of offline purchases."""

from marketplace.offline.commands.filing import amend_offline, file_offline
from marketplace.offline.commands.review import (
    check_offline,
    refuse_offline,
    return_offline,
    reverse_offline,
    verify_offline,
)

__all__ = [
    "amend_offline",
    "check_offline",
    "file_offline",
    "refuse_offline",
    "return_offline",
    "reverse_offline",
    "verify_offline",
]
