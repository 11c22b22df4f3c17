"""Looks for libraries with known holes: `make known-holes`, with each version and every week.

Asks the Open Source Vulnerabilities database (OSV) about all locked Python libraries, by pip-audit,
and about the scripts that were copied. Exit status: 0 where nothing is known, 1 where something is,
2 where the list could not be asked about everything. Silence is never taken for a good answer.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[1]
LOCKED = ("requirements.txt", "requirements-dev.txt", "requirements-holes.txt")
VENDORED = ("static/vendor/manifest.json", "tests/browser/vendor/manifest.json")
OSV = "https://api.osv.dev/v1/query"
WITHIN_S = 30
FOUND, NOT_ASKED = 1, 2


class NotAsked(Exception):
    """The list could not be asked, or not about everything."""


@dataclass(frozen=True)
class Hole:
    """One vulnerability of one library."""

    library: str
    version: str
    name: str
    mended_in: tuple[str, ...]
    where: str

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.mended_in)}" if self.mended_in else "not mended yet"
        return f"{self.where}: {self.library} {self.version}: {self.name}, {mended}"


def python_holes(file: Path, address: str) -> Iterator[Hole]:
    """Of the libraries of one locked file. Raises NotAsked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(file), "--require-hashes"]
    command += ["--disable-pip", "--vulnerability-service", "osv", "--osv-url", address]
    command += ["--timeout", str(WITHIN_S), "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        libraries = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = done.stderr.strip().splitlines()[-1:] or ["pip-audit said nothing"]
        raise NotAsked(f"{file.name}: {last[0]}") from None
    if not libraries:
        raise NotAsked(f"{file.name}: no library was looked at")
    for one in libraries:
        # What pip-audit cannot look up it skips, and calls the whole clean all the same.
        if "skip_reason" in one:
            raise NotAsked(f"{file.name}: {one['name']}: {one['skip_reason']}")
        for hole in one["vulns"]:
            mended = tuple(hole["fix_versions"])
            yield Hole(one["name"], one["version"], hole["id"], mended, file.name)


def script_holes(file: Path, address: str) -> Iterator[Hole]:
    """Of the scripts that were copied into the project. Raises NotAsked."""
    for one in json.loads(file.read_text()):
        package = {"name": one["name"], "ecosystem": "npm"}
        asked = {"package": package, "version": one["version"]}
        try:
            answer = requests.post(address, json=asked, timeout=WITHIN_S)
            answer.raise_for_status()
            found: list[dict[str, Any]] = answer.json().get("vulns", [])
        except (requests.RequestException, ValueError) as trouble:
            raise NotAsked(f"{one['name']}: {trouble}") from None
        for hole in found:
            yield Hole(one["name"], one["version"], hole["id"], (), str(file.parent.name))


def find_holes(address: str, locked: Sequence[Path], vendored: Sequence[Path]) -> list[Hole]:
    """All of them, each once. Raises NotAsked."""
    found = [hole for file in locked for hole in python_holes(file, address)]
    found += [hole for file in vendored for hole in script_holes(file, address)]
    once = {(one.library, one.version, one.name): one for one in reversed(found)}
    return list(reversed(once.values()))


def main(words: Sequence[str] | None = None) -> int:
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said.add_argument("--osv-url", default=OSV, help="a mirror of the list")
    said.add_argument("files", nargs="*", type=Path, help="locked files (default: ours)")
    given = said.parse_args(words)
    locked = given.files or [ROOT / name for name in LOCKED]
    # An image of the shop holds no tests.
    vendored = [ROOT / name for name in VENDORED if (ROOT / name).exists()]
    try:
        holes = find_holes(given.osv_url, locked, vendored)
    except NotAsked as trouble:
        print(f"The list of known holes could not be asked: {trouble}", file=sys.stderr)
        print("This is no good answer: nothing is known about what we use.", file=sys.stderr)
        return NOT_ASKED
    for hole in holes:
        print(hole)
    print(f"{len(holes)} known holes." if holes else "No known holes.")
    return FOUND if holes else 0


if __name__ == "__main__":
    raise SystemExit(main())
