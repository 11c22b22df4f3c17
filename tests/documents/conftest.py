"""A small county in which papers are asked for and printed by a real worker."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from marketplace.cli.worker import Worker
from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.documents.queries.papers import PaperFile, get_file
from marketplace.jobs import list_jobs
from tests.conftest import FrozenClock, settings_for
from tests.county import START
from tests.ordering.steps import completed

Work = Callable[[], int]


@pytest.fixture
def work(engine: Engine, clock: FrozenClock, tmp_path) -> Work:
    """Lets a worker do everything that was asked for; how many jobs there were."""
    jobs = list_jobs(settings_for(str(engine.url), tmp_path))
    asked = {name: job for name, job in jobs.items() if job.every is None}
    worker = Worker("printer", sessionmaker(engine, expire_on_commit=False), asked, clock)

    def do_all() -> int:
        done = 0
        while worker.work():
            done += 1
        return done

    return do_all


@pytest.fixture
def printed(session: Session, work: Work) -> Callable[..., PaperFile]:
    """Asks for a paper and has it printed."""

    def have(identity, kind: str, about: str, form: str = "pdf") -> PaperFile:
        paper_id = ask_for_paper(session, identity, PaperWish(kind, about, form), START)
        session.commit()
        work()
        kept = get_file(session, identity, paper_id)
        session.commit()
        return kept

    return have


@pytest.fixture
def bought(session, county):
    purchase, orders = completed(session, county, county.wish((county.mushrooms, 3)))
    session.commit()
    return purchase, orders[0]
