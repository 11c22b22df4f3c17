"""Nothing foreign, nothing forgotten, nothing inline."""

import hashlib
import json
import re

import pytest

from tests.structure.house import ROOT, found_in, shown, templates, text_files

# Built from parts, so that this file does not hold what it looks for.
LEFTOVERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"/wor" r"k/\w",
        r"/home/\w+/",
        r"\.\./shared",
        r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b",
        r"<{7} |>{7} ",
        r"breakpoint\(\)|pdb\.set_trace",
        r"pragma: no cov" r"er",
        r"pytest\.mark\.(skip|xfail)",
        r"https?://[\w.-]*(pypi\.org|pythonhosted|registry\.npmjs)",
        r"--(extra-)?index-url ",
    )
)
INLINE = {
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a script inside the page": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: link": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(src|href|action)\s*=\s*[\"'](https?:)?//"),
    "an unescaped value": re.compile(r"\|\s*safe\b"),
}
MANIFESTS = (ROOT / "static/vendor/manifest.json", ROOT / "tests/browser/vendor/manifest.json")


def leftovers(text: str) -> list[str]:
    return [found.group() for pattern in LEFTOVERS for found in pattern.finditer(text)]


def inline(template: str) -> list[str]:
    return [what for what, pattern in INLINE.items() if pattern.search(template)]


def test_files_hold_no_leftovers():
    looked_at = [path for path in text_files() if path.name != "test_cleanliness.py"]
    assert found_in(looked_at, leftovers) == {}
    assert ROOT / "README.md" in looked_at


def test_templates_hold_nothing_inline():
    assert found_in(templates(), inline) == {}
    assert templates()


@pytest.mark.parametrize("manifest", MANIFESTS, ids=shown)
def test_vendored_files_are_those_of_the_manifest(manifest):
    entries = {entry["file"]: entry for entry in json.loads(manifest.read_text())}
    files = {path.relative_to(manifest.parent).as_posix() for path in manifest.parent.rglob("*.*")}
    assert files - {"manifest.json"} == set(entries)
    for name, entry in entries.items():
        content = (manifest.parent / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], name
        assert entry["version"]
        assert entry["licence"]


def test_leftovers_and_inline_parts_would_be_noticed():
    assert leftovers("see /work/main") == ["/work/m"]
    assert leftovers("# TODO: later") == ["TODO"]
    assert inline("<style>p{}</style>") == ["a style element"]
    assert inline('<p class="x" style="color:red">') == ["a style attribute"]
    assert inline("<script>go()</script>") == ["a script inside the page"]
    assert inline('<script src="/static/x.js"></script>') == []
    assert inline('<a href="#" onclick="go()">') == ["an event attribute"]
    assert inline("{{ name | safe }}") == ["an unescaped value"]


def test_no_draft_in_a_browser_holds_who_somebody_is_or_where_their_money_is():
    """Drafts of forms lie in the browser until they are sent."""
    script = (ROOT / "static/js/app.js").read_text()
    left_out = re.search(r"PERSONAL = /(.+)/;", script)
    assert left_out is not None
    drafts = [path for path in templates() if "data-draft" in path.read_text()]
    assert len(drafts) > 5
    words = "\n".join(path.read_text() for path in drafts)
    typed = set(re.findall(r"field\('(\w*(?:phone|tail|consignee|bank_number|legal)\w*)'", words))
    assert {"consignee_phone", "bank_number", "legal_tail"} <= typed
    assert [name for name in sorted(typed) if not re.search(left_out[1], name)] == []
    assert "identity" not in words
