"""The legal texts are put from the terminal, once."""

from sqlalchemy import func, select

from marketplace.texts.models import LegalDraft, LegalText


def test_texts_are_put_once(run, session):
    first = run("load-texts")
    assert first.exit_code == 0
    assert "terms is published: /desk/texts/terms" in first.output
    assert run("load-texts").output == "All 6 texts are there.\n"
    assert session.scalar(select(func.count()).select_from(LegalText)) == 6
    assert session.scalar(select(func.count()).select_from(LegalDraft)) == 0
