"""Verbs of the cockpit: count beforehand, prove the books, send a suggestion, retry a job."""

from marketplace.cockpit.commands.prove import PROVE_JOB, ask_for_proof, begin_proof, keep_proof
from marketplace.cockpit.commands.retry import retry_job
from marketplace.cockpit.commands.send import send_match
from marketplace.cockpit.commands.snapshot import keep_family, take_snapshot

__all__ = [
    "PROVE_JOB",
    "ask_for_proof",
    "begin_proof",
    "keep_family",
    "keep_proof",
    "retry_job",
    "send_match",
    "take_snapshot",
]
