"""Papers: asked for, looked after, fetched."""

from base64 import b64encode
from typing import Any

from marketplace.api.door import Door
from marketplace.api.schemas.paging import take_page
from marketplace.api.schemas.papers import NewPaper, PaperFileOut, PaperOut, PaperPage, PapersQuery
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.documents.queries.composers import find_subject, kinds_due
from marketplace.documents.queries.papers import PaperView, get_content, get_paper, list_papers
from marketplace.documents.rules.kinds import read_subject
from marketplace.web import allow, current_identity, now, session

door = Door("papers")


def _shown(paper: PaperView) -> dict[str, Any]:
    return {**vars(paper), "state": paper.state}


@door.call("GET", "/papers", N_("一个对象已出具的单据,和现在可以出具的种类"))
@allow()
@door.asks(PapersQuery)
@door.shows(PaperPage)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    identity, subject, page = current_identity(), read_subject(query["object"]), take_page(query)
    found = find_subject(session(), identity, subject)
    papers = list_papers(session(), identity, subject, page)
    return {
        "items": [_shown(paper) for paper in papers.items],
        "page": papers.page,
        "per_page": papers.per_page,
        "total": papers.total,
        "available": [kind.name for kind in kinds_due(subject, found, day_of(now()))],
    }


@door.call("POST", "/papers", N_("出具一份单据:内容此刻固定,文件在后台制作"))
@allow()
@door.takes(NewPaper)
@door.does(PaperOut, status=202)
def ask(given: dict[str, str]) -> dict[str, Any]:
    paper_id = ask_for_paper(session(), current_identity(), PaperWish(**given), now())
    return _shown(get_paper(session(), current_identity(), paper_id))


@door.call("GET", "/papers/<id:paper_id>", N_("一份单据,做好以后连同文件(Base64)"))
@allow()
@door.shows(PaperFileOut)
def paper(paper_id: int) -> dict[str, Any]:
    found = get_paper(session(), current_identity(), paper_id)
    content = get_content(session(), paper_id)
    encoded = None if content is None else b64encode(content).decode()
    return {**_shown(found), "file_name": found.file_name, "content_base64": encoded}
