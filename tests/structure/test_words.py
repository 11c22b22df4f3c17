"""Every string that people see has its English, and the same blanks to fill in."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import pytest
from babel.messages.extract import extract, extract_from_dir

from marketplace.translations import merge
from tests.structure.house import ROOT, found_in, python_files, shown, templates

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)")
CHINESE = re.compile(r"[一-鿿]")
# A button that is pressed, not a link: "Confirmed" on one says that it was pressed already.
PRESSED = re.compile(r"(?<!_)button\((?:_\(|pgettext\('(\w+)', )'([^']+)'\)")
DONE = re.compile(r"(\w+ed|Sent|Shown)( \w+)*")
# What a reader never sees: comments, and everything inside {{ }}, {% %} or a tag's own name.
NOT_SHOWN = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->", re.DOTALL)


@cache
def translations(language: str) -> dict[str, str]:
    """Message to translation, of all features together; of plurals the first form."""
    found: dict[str, str] = {}
    for message in merge.merge_locale(ROOT / "marketplace" / "translations" / language):
        text = message.string if isinstance(message.string, str) else "".join(message.string or ())
        found[named(message.id, message.context)] = text
    return found


def named(message: str | tuple[str, ...] | list[str], context: str | None) -> str:
    """One message by itself: a word on a button is another than the same word in a log."""
    return f"{context}: {first_form(message)}" if context else first_form(message)


def first_form(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


@cache
def written_messages() -> dict[str, str]:
    """Each message of templates and code, with the place where it is written."""
    found: dict[str, str] = {}
    for folder in ("templates", "marketplace"):
        written = extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS)
        for name, line, message, _comments, context in written:
            if first_form(message):
                found[named(message, context)] = f"{folder}/{name}:{line}"
    return found


def unmatched(message: str, translation: str) -> set[str]:
    """Blanks that stand in one of the two only."""
    return set(PLACEHOLDER.findall(message)) ^ set(PLACEHOLDER.findall(translation))


def bare_words(template: str) -> Iterator[str]:
    """Chinese in a template that nobody can translate."""
    text = NOT_SHOWN.sub(lambda found: "\n" * found.group().count("\n"), template)
    for number, line in enumerate(text.splitlines(), 1):
        # A language is offered by its own name, in every language.
        if CHINESE.search(line.replace(">中文<", "")):
            yield f"{number}: {line.strip()}"


def test_everything_written_is_translated():
    known = translations("en")
    written = written_messages().items()
    assert [f"{where}: {text}" for text, where in written if not known.get(text)] == []


def test_no_translation_is_left_over():
    assert sorted(set(translations("en")) - set(written_messages()) - {""}) == []


def test_a_translation_has_the_blanks_of_its_message():
    pairs = translations("en").items()
    wrong = {text: blanks for text, english in pairs if (blanks := unmatched(text, english))}
    assert wrong == {}


def test_templates_say_nothing_past_the_translator():
    assert found_in(templates(), lambda text: list(bare_words(text))) == {}


def done_already(template: str) -> list[str]:
    """Buttons of a template whose English tells what was done, not what they do."""
    known = translations("en")
    pressed = (named(text, context or None) for context, text in PRESSED.findall(template))
    return [text for text in pressed if DONE.fullmatch(known.get(text, ""))]


def test_a_button_says_what_it_does():
    assert found_in(templates(), done_already) == {}


def test_what_is_missing_would_be_noticed():
    page = BytesIO("<p>{{ _('没有译文的话') }}</p>".encode())
    found = [message for _, message, *_ in extract("jinja2", page, keywords=KEYWORDS)]
    assert found == ["没有译文的话"]
    assert "没有译文的话" not in translations("en")
    assert unmatched("%(count)s 件", "%(number)s pieces") == {"count", "number"}
    assert list(bare_words("<p>{{ _('好') }}</p>\n<p>你好</p>")) == ["2: <p>你好</p>"]


def test_two_features_may_not_translate_one_message_differently(tmp_path):
    entry = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "村"\nmsgstr "%s"\n'
    )
    (tmp_path / "en").mkdir()
    for feature, word in (("a", "village"), ("b", "hamlet")):
        (tmp_path / "en" / f"{feature}.po").write_text(entry % word)
    with pytest.raises(merge.Conflict):
        merge.merge_locale(tmp_path / "en")


def test_messages_are_marked_by_their_literal_text():
    """A message put together in an f-string is extracted as nothing, and shown untranslated."""
    computed = re.compile(r"\b(?:_|N_|gettext)\(\s*f[\"']")
    assert [shown(path) for path in python_files() if computed.search(path.read_text())] == []
