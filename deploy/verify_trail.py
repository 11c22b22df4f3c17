"""Proves an exported trail (JSON Lines) without the marketplace: `python verify_trail.py FILE`."""

import hashlib
import json
import sys
from collections.abc import Iterable


def beginning_of(county_code: str) -> str:
    said = f"the trail of {county_code}"
    return hashlib.sha256(said.encode()).hexdigest() if county_code else "0" * 64


def find_faults(lines: Iterable[str]) -> list[str]:
    """What does not hold; positions that were filtered away are no fault."""
    rows = [row for row in map(json.loads, lines) if row["position"]]
    places = {(row["county_code"], row["position"]): row["hash"] for row in rows}
    faults = []
    for row in rows:
        county, position = row["county_code"], row["position"]
        entry = json.dumps(row["entry"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        words = f"{row['previous_hash']}\n{entry}".encode()
        if hashlib.sha256(words).hexdigest() != row["hash"]:
            faults.append(f"{county or '-'} {position}: the entry is not what was sealed")
        first = {0: beginning_of(county)}.get(position - 1)
        if places.get((county, position - 1), first) not in (None, row["previous_hash"]):
            faults.append(f"{county or '-'} {position}: does not continue the one before it")
    return faults


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = find_faults(file)
    print("\n".join(found) or "The trail holds.")
    sys.exit(bool(found))
