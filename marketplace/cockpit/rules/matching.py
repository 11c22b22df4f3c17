"""Which unit to bring together with which village, and in which order to tell of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MOST_MATCHES = 200
# So many villages for one unit are a choice; more are a list.
ROUNDS = 3
FAR = date.max


@dataclass(frozen=True)
class Seeker:
    """A unit and what is missing of its year."""

    unit_id: int
    gap_fen: int


@dataclass(frozen=True)
class Offer:
    """A village's goods that would count, and what it has sold this year."""

    village_code: str
    product_name: str
    packs: int
    value_fen: int
    first_expires_on: date | None
    sold_fen: int


@dataclass(frozen=True)
class Match:
    seeker: Seeker
    offer: Offer
    is_paired: bool
    bought_fen: int


@dataclass(frozen=True)
class Known:
    """What ties units to villages already."""

    paired: Mapping[int, set[str]]
    bought: Mapping[int, Mapping[str, int]]


def suggest(seekers: Sequence[Seeker], offers: Sequence[Offer], known: Known) -> list[Match]:
    """At most so many, in the order in which they are told.

    In each round every unit, the largest gap first, gets the best village that has goods left:
    one it is paired with; else one it bought from; else the one that sold least this year, of
    several the one whose goods expire first. What a unit may take of a village is set aside, so
    that a village is not promised to everybody.
    """
    left = {offer.village_code: offer.value_fen for offer in offers}
    by_code = {offer.village_code: offer for offer in offers}
    strangers = sorted(offers, key=_least_sold)
    given: dict[int, set[str]] = defaultdict(set)
    matches: list[Match] = []
    for _round in range(ROUNDS):
        for seeker in sorted(seekers, key=lambda one: (-one.gap_fen, one.unit_id)):
            if len(matches) == MOST_MATCHES:
                return _told(matches)
            mine = given[seeker.unit_id]
            friends = _friends(seeker, by_code, known)
            offer = next(
                (
                    one
                    for one in _in_order(friends, strangers)
                    if left[one.village_code] > 0 and one.village_code not in mine
                ),
                None,
            )
            if offer is not None:
                mine.add(offer.village_code)
                left[offer.village_code] -= min(seeker.gap_fen, left[offer.village_code])
                matches.append(_match(seeker, offer, known))
    return _told(matches)


def _in_order(friends: Sequence[Offer], strangers: Sequence[Offer]) -> Iterator[Offer]:
    yield from friends
    yield from strangers


def _least_sold(offer: Offer) -> tuple[int, date, str]:
    return offer.sold_fen, offer.first_expires_on or FAR, offer.village_code


def _friends(seeker: Seeker, offers: Mapping[str, Offer], known: Known) -> list[Offer]:
    """Villages that the unit is paired with, then those it bought from."""
    paired = known.paired.get(seeker.unit_id, set())
    bought = known.bought.get(seeker.unit_id, {})
    codes = (paired | bought.keys()) & offers.keys()
    return sorted(
        (offers[code] for code in codes),
        key=lambda one: (one.village_code not in paired, *_least_sold(one)),
    )


def _match(seeker: Seeker, offer: Offer, known: Known) -> Match:
    village = offer.village_code
    return Match(
        seeker,
        offer,
        is_paired=village in known.paired.get(seeker.unit_id, set()),
        bought_fen=known.bought.get(seeker.unit_id, {}).get(village, 0),
    )


def _told(matches: Sequence[Match]) -> list[Match]:
    """Pairings first, then what was bought before, then the rest: each by the gap."""
    return sorted(
        matches,
        key=lambda one: (
            not one.is_paired,
            not one.bought_fen,
            -one.seeker.gap_fen,
            one.seeker.unit_id,
            *_least_sold(one.offer),
        ),
    )
