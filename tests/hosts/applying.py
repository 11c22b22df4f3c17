"""Applications as tests hand them in, with people who exist nowhere."""

from datetime import datetime

from sqlalchemy.orm import Session
from stdnum.cn import ric

from marketplace.accounts.queries import load_identity
from marketplace.core.identity import Identity
from marketplace.core.sealing import Sealer
from marketplace.hosts.commands import admit, apply
from marketplace.hosts.models import HostApplication
from marketplace.hosts.queries.applications import Opened, view_application
from marketplace.hosts.rules.agreement import VERSION
from marketplace.hosts.rules.application import GivenApplication
from marketplace.uploads.rules import GivenFile
from tests.county import START, County

SEALER = Sealer("a secret of the tests, long enough")
PHOTO = b"\xff\xd8\xff an identity card"
USCC = "91420304MA4YDN0010"


def an_identity(number: int = 1, born: str = "19880808") -> str:
    """A well-formed identity number."""
    body = f"420304{born}{number:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def given(**changes: object) -> GivenApplication:
    plain: dict[str, object] = {
        "kind": "HOST",
        "name": "山里的小陈",
        "code": "XIAOCHEN",
        "real_name": "陈演示",
        "identity": an_identity(),
        "phone": "13800000000",
        "photo": GivenFile("photo", "身份证.jpg", PHOTO),
        "agreement": VERSION,
    }
    return GivenApplication(**{**plain, **changes})  # type: ignore[arg-type]


def agency_given(**changes: object) -> GivenApplication:
    of_agency = {"kind": "AGENCY", "name": "郧山传媒", "code": "", "uscc": USCC}
    return given(**{**of_agency, **changes})


def applied(
    session: Session, who: Identity, told: GivenApplication | None = None, now: datetime = START
) -> HostApplication:
    """An application that waits."""
    found = session.get(HostApplication, apply(session, who, told or given(), SEALER, now))
    assert found is not None
    return found


def admitted(
    session: Session, county: County, who: Identity, told: GivenApplication | None = None
) -> HostApplication:
    return admit(session, county.operator, applied(session, who, told).id, START)


def a_new_host(
    session: Session, county: County, who: Identity, told: GivenApplication | None = None
) -> int:
    """The id of a host who was admitted just now."""
    host_id = admitted(session, county, who, told).host_id
    assert host_id is not None
    return host_id


def a_new_agency(
    session: Session, county: County, who: Identity, told: GivenApplication | None = None
) -> int:
    agency_id = admitted(session, county, who, told or agency_given()).agency_id
    assert agency_id is not None
    return agency_id


def anew(session: Session, who: Identity) -> Identity:
    """The same person with the roles they hold by now."""
    identity = load_identity(session, who.person_id)
    assert identity is not None
    return identity


def opened(session: Session, who: Identity, application_id: int, sealer: Sealer) -> Opened:
    """What an official sees of the person who applied."""
    found = view_application(session, who, application_id, sealer).opened
    assert found is not None
    return found
