"""The people of an order by where their packs go, for packing, labelling and sending."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.ordering.queries.gifts import Person


@dataclass(frozen=True)
class AddressGroup:
    """People whose packs go to one address, in one parcel where they have left."""

    where: str
    people: tuple[Person, ...]

    @property
    def key(self) -> int:
        """The group as a form names it: the first person in it."""
        return self.people[0].id

    @property
    def is_sent(self) -> bool:
        return self.people[0].is_sent

    @property
    def contents(self) -> list[tuple[str, int]]:
        """What goes into the box, each pack with its number."""
        counted: Counter[str] = Counter()
        for person in self.people:
            for pack in person.packs:
                counted[f"{pack.product_name} {pack.variant_name}"] += pack.quantity
        return list(counted.items())


def group_by_address(people: Sequence[Person]) -> list[AddressGroup]:
    """What waits first, the largest group first; then what has left, parcel by parcel."""
    groups: dict[tuple[bool, str, str, str], list[Person]] = {}
    for person in people:
        label = (person.carrier, person.tracking) if person.is_sent else ("", "")
        groups.setdefault((person.is_sent, person.where, *label), []).append(person)
    found = [AddressGroup(key[1], tuple(inside)) for key, inside in groups.items()]
    return sorted(found, key=lambda one: (one.is_sent, -len(one.people), one.people[0].place))
