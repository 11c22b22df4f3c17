"""The people of the county: the demonstration's logins, and an office in every unit."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from sqlalchemy import select

from marketplace.accounts.rules.passwords import hash_password
from marketplace.core.closed import seal_words
from marketplace.core.db import Base
from marketplace.demonstration.deals import Buyer
from marketplace.demonstration.dice import dice
from marketplace.demonstration.makers import Maker
from marketplace.demonstration.offices import Office
from marketplace.demonstration.places import Places
from marketplace.demonstration.rows import Rows

PASSWORD = "demo-pass-2026"  # noqa: S105 — published with the demonstration, refused elsewhere
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "文静建国秀英晓明志强丽华春梅海燕永红俊杰雪松国庆桂兰小军玉珍立新爱民云霞光明素芬德平"


def name_of(chance: Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


class Registrar:
    """Enters people and their roles."""

    def __init__(self, rows: Rows, seed: int, now: datetime) -> None:
        self.rows = rows
        self.chance = dice(seed, "people")
        self.now = now
        # Nobody knows this password: these people exist, but cannot log in.
        self.closed = hash_password(secrets.token_hex(32))

    def enter(
        self, login: str, roles: Sequence[tuple[str, int, str]], *, name: str = "", secret: str = ""
    ) -> tuple[int, str]:
        """A person with roles (kind, organisation, role); returns id and name."""
        name = name or name_of(self.chance)
        person_id = self.rows.add_with_id(
            "person",
            login=login,
            name=name,
            phone=f"138{self.chance.randint(0, 99_999_999):08d}",
            password_hash=secret or self.closed,
            created_at=self.now,
        )
        for kind, organisation_id, role in roles:
            self.rows.add_with_id(
                "membership",
                person_id=person_id,
                organisation_kind=kind,
                organisation_id=organisation_id,
                role=role,
                since=self.now,
            )
        return person_id, name

    def staff_offices(self, offices: Sequence[Office], domain: str) -> list[Buyer]:
        """A buyer and an approver in each unit."""
        return [self._staff_office(office, domain) for office in offices]

    def _staff_office(self, office: Office, domain: str) -> Buyer:
        unit_id = office.unit_id
        buyer_id, name = self.enter(f"buyer{unit_id}@{domain}", [("UNIT", unit_id, "BUYER")])
        approver = [("UNIT", unit_id, "APPROVER"), ("UNIT", unit_id, "FINANCE")]
        approver_id, _ = self.enter(f"approver{unit_id}@{domain}", approver)
        return Buyer(
            buyer_id, name, office.address, unit_id, approver_id,
            office.division_code, office.headcount,
        )  # fmt: skip

    def staff_makers(self, makers: Sequence[Maker], domain: str) -> dict[int, int]:
        """A clerk for each producer."""
        clerks = {}
        for maker in makers:
            role = [("PRODUCER", maker.producer_id, "CLERK")]
            clerks[maker.producer_id], _ = self.enter(f"clerk{maker.producer_id}@{domain}", role)
        return clerks

    def invite_shoppers(self, count: int, domain: str) -> list[Buyer]:
        """So many people who buy for themselves."""
        shoppers = []
        for _ in range(count):
            number = self.rows.new_id("person") + 1
            person_id, name = self.enter(f"shopper{number}@{domain}", [])
            shoppers.append(Buyer(person_id, name, "湖北省武汉市洪山区珞喻路 1 号"))
        return shoppers


def open_made_up_centres(registrar: Registrar, places: Places) -> None:
    """A centre with one official in every county that has none."""
    table = Base.metadata.tables["operations_centre"]
    rows = registrar.rows
    there = set(rows.session.scalars(select(table.c.county_code)))
    for county in sorted({place.county_code for place in places.all} - there):
        name = f"虚拟{int(county[2:])}县"
        centre_id = rows.add_with_id(
            "operations_centre",
            name=f"{name}消费帮扶运营中心",
            county_code=county,
            bank_account_name=f"{name}消费帮扶运营中心(虚拟)",
            bank_account_number=seal_words(rows.session, "0000 0000 0000 0000 002"),
            bank_name="虚拟银行",
        )
        roles = [("CENTRE", centre_id, role) for role in ("OPERATOR", "CERTIFIER", "CASHIER")]
        registrar.enter(f"official{county}@counties.example", roles)


def enter_demonstration_people(
    registrar: Registrar, organisations: Mapping[str, int], names: Mapping[str, str]
) -> dict[str, int]:
    """The logins that the contract promises; all with the published password."""
    secret = hash_password(PASSWORD)
    unit, supervising = organisations["unit"], organisations["supervising"]
    centre = organisations["centre"]
    roles: dict[str, list[tuple[str, int, str]]] = {
        "buyer": [("UNIT", unit, "BUYER")],
        "approver": [("UNIT", unit, "APPROVER")],
        "finance": [("UNIT", unit, "FINANCE"), ("UNIT", unit, "ADMIN")],
        "staff": [("UNIT", unit, "STAFF")],
        "supervisor": [("UNIT", supervising, "ADMIN"), ("UNIT", supervising, "APPROVER")],
        "producer": [("PRODUCER", organisations["producer"], "CLERK")],
        "producer2": [("PRODUCER", organisations["producer2"], "CLERK")],
        "host": [("HOST", organisations["host"], "HOST")],
        # They apply themselves, and are admitted.
        "host2": [],
        "agency": [],
        "official": [("CENTRE", centre, role) for role in ("OPERATOR", "CERTIFIER", "CASHIER")],
        "cashier": [("CENTRE", centre, role) for role in ("OPERATOR", "CASHIER")],
        "auditor": [("CENTRE", centre, "AUDITOR")],
        "shopper": [],
        "township": [("CENTRE", centre, "OPERATOR")],
        # A third pair of eyes in the centre: recognitions need one for each rung.
        "colleague": [("CENTRE", centre, "CERTIFIER")],
    }
    return {
        login: registrar.enter(f"{login}@demo", held, name=names[login], secret=secret)[0]
        for login, held in roles.items()
    }
