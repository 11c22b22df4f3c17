"""Verbs of hosts and agencies: apply, decide, suspend, and agree with one another."""

from marketplace.hosts.commands.apply import apply, withdraw
from marketplace.hosts.commands.contracts import (
    agree_to_contract,
    end_contract,
    propose_contract,
    refuse_contract,
)
from marketplace.hosts.commands.decide import admit, open_photo, refuse, reveal
from marketplace.hosts.commands.standing import (
    Subject,
    lift_suspension,
    suspend,
    trust,
    untrust,
)

__all__ = [
    "Subject",
    "admit",
    "agree_to_contract",
    "apply",
    "end_contract",
    "lift_suspension",
    "open_photo",
    "propose_contract",
    "refuse",
    "refuse_contract",
    "reveal",
    "suspend",
    "trust",
    "untrust",
    "withdraw",
]
