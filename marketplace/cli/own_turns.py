"""Repeating jobs about files of this machine: each worker keeps its own time for them."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.outbox.rules import Job, next_turn


class OwnTurns:
    """When they are due. All are at once when a worker begins: what was left behind by one that
    was killed waits no longer."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self.jobs = {name: job for name, job in jobs.items() if job.on_each_machine}
        self._due_at: dict[str, datetime] = {}

    def take(self, now: datetime) -> str | None:
        """One that is due, its time already moved forward."""
        for name, job in self.jobs.items():
            due_at = self._due_at.get(name, now)
            if due_at <= now:
                assert job.every is not None, name
                self._due_at[name] = next_turn(due_at, job.every, now)
                return name
        return None
