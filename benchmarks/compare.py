"""What got worse since the results that were committed last."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.measure import Figures
from benchmarks.report import RESULTS

ALLOWED = 1.20
ROOT = RESULTS.parent.parent


def committed_before(name: str) -> Mapping[str, Any] | None:
    """The newest committed results of this name; None where there are none, or no history."""
    folder = RESULTS.relative_to(ROOT).as_posix()
    listed = _git("ls-tree", "--name-only", "HEAD", f"{folder}/")
    # A day, a dash, the name: the same name alone, and not one that ends alike.
    same = [one for one in listed.split() if one.rpartition("/")[2][11:] == f"{name}.json"]
    if not same:
        return None
    found: Mapping[str, Any] = json.loads(_git("show", f"HEAD:{max(same)}"))
    return found


def _git(*words: str) -> str:
    said = subprocess.run(["git", *words], cwd=ROOT, check=False, capture_output=True, text=True)
    return said.stdout if said.returncode == 0 else ""


def what_got_worse(before: Mapping[str, Any] | None, figures: Sequence[Figures]) -> list[str]:
    """Scenarios that cost over a fifth more: beside the ceiling of their own run where they have
    one, so that a slower machine is no reason, else in processor time; or more statements."""
    if before is None:
        return []
    known = {one["name"]: one for one in before["figures"]}
    return [said for one in figures if one.name in known for said in _worse(known[one.name], one)]


def _worse(old: Mapping[str, Any], new: Figures) -> list[str]:
    found = []
    if old.get("ratio") and new.ratio:
        if new.ratio > old["ratio"] * ALLOWED:
            found.append(f"{new.name}: {old['ratio']:.1f} → {new.ratio:.1f} × the ceiling")
    elif new.cpu_ms > old["cpu_ms"] * ALLOWED:
        found.append(f"{new.name}: {old['cpu_ms']:.1f} → {new.cpu_ms:.1f} ms of CPU")
    if new.statements is not None and new.statements > (old.get("statements") or new.statements):
        found.append(f"{new.name}: {old['statements']} → {new.statements} statements")
    return found
