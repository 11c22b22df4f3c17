"""The jobs that remove what is too old, each with a note of when it ran and what it removed."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from marketplace.accounts import commands as accounts
from marketplace.catalogue import commands as catalogue
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.sealing import Sealer
from marketplace.entering.commands import erasing as entering
from marketplace.hosts.commands import erasing as hosts
from marketplace.livestream.commands.clicks import forget_clicks
from marketplace.notices.commands import drop_old
from marketplace.ordering.commands import erasing as ordering
from marketplace.outbox import commands as outbox
from marketplace.outbox.rules import Job, Payload
from marketplace.privacy.commands.ask import ERASE_JOB, EXPORT_JOB
from marketplace.privacy.commands.erase import erase, forget_due
from marketplace.privacy.commands.export import make_copy
from marketplace.privacy.models import RetentionRun
from marketplace.search import commands as search

EVERY = timedelta(hours=1)
Sweep = Callable[[Session, datetime], int]


def _sweep_catalogue(session: Session, now: datetime) -> int:
    changes = catalogue.forget_changes(session, now)
    return changes + search.forget_counts(session, day_of(now))


def _sweep_ordering(session: Session, now: datetime) -> int:
    return ordering.drop_old_baskets(session, now) + ordering.drop_old_drafts(session, now)


def _sweep_entering(session: Session, now: datetime) -> int:
    return entering.forget_refused(session, now) + entering.forget_drafts(session, now)


SWEEPS: Mapping[str, Sweep] = {
    "accounts.forget": accounts.forget_old,
    "catalogue.forget": _sweep_catalogue,
    "entering.forget": _sweep_entering,
    "hosts.forget": hosts.forget_refused,
    "livestream.forget": forget_clicks,
    "notices.forget": drop_old,
    "ordering.forget": _sweep_ordering,
    "outbox.forget": outbox.forget_old,
    "privacy.forget": forget_due,
}


def privacy_jobs(sealer: Sealer) -> Mapping[str, Job]:
    """All of them by name."""
    sweeps = {name: Job(partial(_run, name, sweep), every=EVERY) for name, sweep in SWEEPS.items()}
    return {
        **sweeps,
        EXPORT_JOB: Job(partial(make_copy, sealer=sealer)),
        ERASE_JOB: Job(erase),
    }


def _run(job: str, sweep: Sweep, session: Session, _payload: Payload, now: datetime) -> None:
    removed = sweep(session, now)
    statement = insert_into(session, RetentionRun).values(
        job=job, ran_at=now, removed=removed, removed_in_all=removed
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["job"],
            set_={
                "ran_at": now,
                "removed": removed,
                "removed_in_all": RetentionRun.removed_in_all + removed,
            },
        )
    )
