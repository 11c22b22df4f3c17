"""Applications for recognition at every step: waiting, sent back, on notice, issued."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.certification import commands
from marketplace.certification.rules import ATTESTED, Rung, Terms, Verdict, Wish
from marketplace.core.identity import Identity
from marketplace.demonstration.entering import SCAN
from marketplace.demonstration.places import COUNTY
from marketplace.uploads.rules import GivenFile

ISSUER = "郧阳区消费帮扶工作专班(演示)"
STATEMENT = "向本村和邻村脱贫户收购原料,农闲时安排务工,年底按交售量分红。"
REPORT = GivenFile("papers", "检测报告(演示).pdf", SCAN)
FOUND = {
    Rung.TOWNSHIP: (Verdict("BENEFIT_SEEN"),),
    Rung.SECTOR: (Verdict("QUALITY_SEEN"),),
    Rung.COUNTY: (Verdict("FOOD_LICENCE", "初级农产品,按规定不需要食品许可"),),
}

# How far each application came, in days before today at which it was handed in.
COURSES: Sequence[tuple[int, tuple[Rung, ...]]] = (
    (40, (Rung.TOWNSHIP, Rung.SECTOR, Rung.COUNTY)),
    (6, (Rung.TOWNSHIP, Rung.SECTOR, Rung.COUNTY)),
    (5, (Rung.TOWNSHIP, Rung.SECTOR)),
    (4, (Rung.TOWNSHIP,)),
    (3, ()),
)


def tell_of_recognitions(
    session: Session,
    people: Sequence[int],
    makers: Sequence[tuple[int, int, int]],
    now: datetime,
) -> None:
    """`people`: who looks for the township, for the sector, and decides for the county;
    `makers`: (producer, its clerk, a product that is not recognised)."""
    identities = [load_identity(session, person_id) for person_id in people]
    office = dict(zip(FOUND, identities, strict=True))
    county = office[Rung.COUNTY]
    assert county is not None
    commands.set_terms(session, county, COUNTY, Terms(5, 3, ISSUER), now - timedelta(days=300))
    for (producer_id, clerk_id, product_id), (days, rungs) in zip(makers, COURSES, strict=False):
        clerk = load_identity(session, clerk_id)
        assert clerk is not None
        at = now - timedelta(days=days)
        wish = Wish((product_id,), STATEMENT, frozenset(ATTESTED), (REPORT,))
        application = commands.apply(session, clerk, producer_id, wish, at)
        _climb(session, application.id, office, rungs, at)
    commands.issue_due(session, now - timedelta(days=20))
    _send_back(session, office, makers, now)


def _climb(
    session: Session,
    application_id: int,
    office: dict[Rung, Identity | None],
    rungs: Sequence[Rung],
    at: datetime,
) -> None:
    for place, rung in enumerate(rungs, 1):
        who = office[rung]
        assert who is not None
        place_of = (application_id, rung)
        commands.pass_rung(session, who, place_of, FOUND[rung], at + timedelta(days=place))


def _send_back(
    session: Session,
    office: dict[Rung, Identity | None],
    makers: Sequence[tuple[int, int, int]],
    now: datetime,
) -> None:
    """One that the township did not find ready."""
    township = office[Rung.TOWNSHIP]
    assert township is not None
    for producer_id, clerk_id, product_id in makers[len(COURSES) : len(COURSES) + 1]:
        clerk = load_identity(session, clerk_id)
        assert clerk is not None
        wish = Wish((product_id,), STATEMENT, frozenset(ATTESTED))
        at = now - timedelta(days=2)
        application = commands.apply(session, clerk, producer_id, wish, at)
        words = "请补上收购凭证和脱贫户名册的编号"
        place = (application.id, Rung.TOWNSHIP)
        commands.give_back(session, township, place, words, at + timedelta(days=1))
