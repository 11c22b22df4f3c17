"""Applications and verdicts as people type them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from werkzeug.datastructures import FileStorage

from marketplace.catalogue.queries.certified import CertifiedFilter
from marketplace.certification.rules import (
    ATTESTED,
    MOST_STATEMENT,
    MOST_WORDS,
    Terms,
    Verdict,
    Wish,
)
from marketplace.uploads.forms import read_files
from marketplace.web.fields import Fields, read_search


def read_wish(
    values: Mapping[str, str],
    offered: Collection[int],
    chosen: Sequence[str],
    papers: Iterable[FileStorage],
) -> Wish:
    """The products that were ticked, of those that could be; the statement; what is attested;
    the papers beside it."""
    fields = Fields(values)
    statement = fields.text("statement", MOST_STATEMENT)
    fields.check()
    ticked = {int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) < 19}
    return Wish(
        product_ids=tuple(sorted(ticked & set(offered))),
        statement=statement,
        attested=frozenset(code for code in ATTESTED if values.get(code) == "1"),
        papers=read_files("papers", papers),
    )


def read_verdicts(values: Mapping[str, str], due: Sequence[str]) -> tuple[list[Verdict], str]:
    """What was found of each requirement that is due, and words about the whole."""
    fields = Fields(values)
    verdicts = []
    for code in due:
        waived = fields.text(f"waive-{code}", MOST_WORDS, required=False)
        if waived or values.get(f"met-{code}") == "1":
            verdicts.append(Verdict(code, waived))
    words = fields.text("words", MOST_WORDS, required=False)
    fields.check()
    return verdicts, words


def read_reason(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    words = fields.text("reason", MOST_WORDS)
    fields.check()
    return words


def read_terms(values: Mapping[str, str]) -> Terms:
    fields = Fields(values)
    terms = Terms(
        notice_days=fields.number("notice_days", most=60),
        valid_years=fields.number("valid_years", most=10),
        issuer=fields.text("issuer", 120),
    )
    fields.check()
    return terms


def read_filter(values: Mapping[str, str]) -> CertifiedFilter:
    """What is looked for in the register; nonsense finds nothing and harms nothing."""
    township = values.get("township", "")
    known = township.isascii() and township.isdigit() and len(township) == 12
    return CertifiedFilter(q=read_search(values), township=township if known else "")
