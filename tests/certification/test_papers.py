"""Papers of an application: handed in with it, seen by whoever applied or decides alone."""

import pytest

from marketplace.certification import commands, queries
from marketplace.certification.rules import PaperStays, Rung, Wish
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.uploads.models import Upload
from marketplace.uploads.rules import GivenFile
from tests.county import START, person

REPORT = GivenFile("papers", "检测报告.pdf", b"%PDF-1.4 report")
PHOTO = GivenFile("papers", "车间.png", b"\x89PNG\r\n\x1a\nrest")


def wish_with(office, *papers):
    return Wish(**{**vars(office.wish), "papers": papers})


def applied(session, county, office, *papers):
    wish = wish_with(office, *papers)
    return commands.apply(session, county.clerk, county.producer_id, wish, START)


def seen_by(session, who, application):
    return queries.get_application(session, who, application.id).papers


def test_papers_are_kept_with_the_application(session, county, office):
    application = applied(session, county, office, REPORT, PHOTO)
    report, photo = seen_by(session, county.clerk, application)
    kept = queries.get_paper(session, office.certifier, application.id, report)
    assert (kept.name, kept.media_type, kept.content) == (
        "检测报告.pdf",
        "application/pdf",
        REPORT.content,
    )
    assert queries.get_paper(session, county.clerk, application.id, photo).name == "车间.png"


def test_what_was_sent_back_gets_more_papers_and_keeps_those_it_has(session, county, office):
    application = applied(session, county, office, REPORT)
    place = (application.id, Rung.TOWNSHIP)
    commands.give_back(session, office.township, place, "缺车间照片", START)
    before = seen_by(session, county.clerk, application)
    wish = wish_with(office, PHOTO)
    commands.apply_again(session, county.clerk, application.id, wish, START)
    after = seen_by(session, county.clerk, application)
    assert after[:1] == before
    assert len(after) == 2


def test_only_whoever_applied_or_decides_sees_them(session, county, office):
    application = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, application)
    for decides in (office.township, office.sector, office.certifier):
        assert seen_by(session, decides, application) == (report,)
    (centre_id,) = office.township.organisations("CENTRE")
    cashier = person(session, "till@test", ("CENTRE", centre_id, "CASHIER"))
    for looks_on in (county.auditor, cashier):
        assert seen_by(session, looks_on, application) == ()
        with pytest.raises(NotFound):
            queries.get_paper(session, looks_on, application.id, report)
    for stranger in (county.other_clerk, county.buyer, county.shopper):
        with pytest.raises(NotFound):
            queries.get_paper(session, stranger, application.id, report)


def test_a_paper_of_another_application_is_not_found(session, county, office):
    first = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, first)
    commands.take_back(session, county.clerk, first.id, START)
    second = applied(session, county, office)
    with pytest.raises(NotFound):
        queries.get_paper(session, county.clerk, second.id, report)


@pytest.mark.parametrize(
    "papers",
    [
        (GivenFile("papers", "表.xml", b"<?xml version='1.0'?>"),),
        (GivenFile("papers", "空.pdf", b""),),
        (GivenFile("papers", "大.pdf", b"%PDF-" + bytes(5 * 1024 * 1024)),),
        (REPORT,) * 6,
    ],
    ids=["xml", "empty", "large", "six"],
)
def test_what_is_not_taken_names_the_field(session, county, office, papers):
    with pytest.raises(InvalidInput) as refused:
        applied(session, county, office, *papers)
    assert [error.field for error in refused.value.errors] == ["papers"]


def removed(session, who, application, upload_id):
    return commands.remove_paper(session, who, application.id, upload_id, START)


def test_whoever_handed_a_paper_in_takes_it_away_while_it_waits(session, county, office):
    application = applied(session, county, office, REPORT, PHOTO)
    report, photo = seen_by(session, county.clerk, application)
    removed(session, county.clerk, application, report)
    assert seen_by(session, county.clerk, application) == (photo,)
    assert session.get(Upload, report) is None
    found = queries.get_application(session, county.clerk, application.id)
    assert [(one.kind, one.words) for one in found.steps] == [
        ("APPLIED", ""),
        ("UNPAPERED", "检测报告.pdf"),
    ]
    with pytest.raises(NotFound):
        removed(session, county.clerk, application, report)


def test_only_whoever_handed_it_in_takes_a_paper_away(session, county, office):
    application = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, application)
    colleague = person(session, "clerk3@test", ("PRODUCER", county.producer_id, "CLERK"))
    for who in (colleague, office.certifier):
        with pytest.raises(Forbidden):
            removed(session, who, application, report)
        assert queries.get_application(session, who, application.id).removable == frozenset()
    for who in (county.other_clerk, county.buyer):
        with pytest.raises(NotFound):
            removed(session, who, application, report)
    assert queries.get_application(session, county.clerk, application.id).removable == {report}


def test_a_paper_of_another_application_is_not_taken_away(session, county, office):
    first = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, first)
    commands.take_back(session, county.clerk, first.id, START)
    second = applied(session, county, office)
    with pytest.raises(NotFound):
        removed(session, county.clerk, second, report)


def test_a_paper_that_somebody_decided_by_stays(session, county, office):
    application = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, application)
    office.passes(application, Rung.TOWNSHIP)
    office.passes(application, Rung.SECTOR)
    with pytest.raises(PaperStays):
        removed(session, county.clerk, application, report)
    assert seen_by(session, county.clerk, application) == (report,)


def test_why_it_was_sent_back_is_still_said_when_a_paper_is_gone(session, county, office):
    application = applied(session, county, office, REPORT)
    (report,) = seen_by(session, county.clerk, application)
    commands.give_back(session, office.township, (application.id, Rung.TOWNSHIP), "看不清", START)
    removed(session, county.clerk, application, report)
    assert queries.get_application(session, county.clerk, application.id).reason == "看不清"
