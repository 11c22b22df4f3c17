"""Words that mean the same goods, kept by the operations centre."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.search.commands import remove_synonyms, write_synonyms
from marketplace.search.queries import list_synonyms
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def words_page(group_id: int | None = None) -> str:
    """All groups; of one that was refused what was typed."""
    return render_template(
        "desk/words.html",
        groups=list_synonyms(session()),
        refused_id=group_id,
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/words")
@allow(reads_desk)
def words() -> str:
    return words_page()


@blueprint.post("/desk/words")
@blueprint.post("/desk/words/<int:group_id>", endpoint="change_words")
@allow(operates)
@shown_again_by(words_page)
def write_words(group_id: int | None = None) -> ResponseReturnValue:
    write_synonyms(session(), group_id, request.form.get("words", ""), now())
    commit()
    flash(_("已保存,几秒后搜索就会用上。"))
    return redirect(url_for("desk.words"))


@blueprint.post("/desk/words/<int:group_id>/remove")
@allow(operates)
def remove_words(group_id: int) -> ResponseReturnValue:
    remove_synonyms(session(), group_id)
    commit()
    flash(_("这一组已删除。"))
    return redirect(url_for("desk.words"))
