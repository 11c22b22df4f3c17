"""The jobs: which are late, what failed and why in plain words, and trying it again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.cockpit.commands import retry_job
from marketplace.cockpit.queries import read_health
from marketplace.cockpit.routes.room import blueprint
from marketplace.cockpit.rules import operates, reads
from marketplace.cockpit.rules.jobs import HEALTH_WORDS, WORDS, reason_words
from marketplace.outbox.queries import list_open
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def _every_words(every_s: int) -> str:
    """A rhythm in the largest unit that it is whole in."""
    if every_s % 86_400 == 0:
        return str(ngettext("每 %(num)s 天", "每 %(num)s 天", every_s // 86_400))
    if every_s % 3_600 == 0:
        return str(ngettext("每 %(num)s 小时", "每 %(num)s 小时", every_s // 3_600))
    if every_s % 60 == 0:
        return str(ngettext("每 %(num)s 分钟", "每 %(num)s 分钟", every_s // 60))
    return str(ngettext("每 %(num)s 秒", "每 %(num)s 秒", every_s))


def jobs_page(**_place: Any) -> str:
    failed = request.args.get("tab") != "waiting"
    return render_template(
        "cockpit/jobs.html",
        health=read_health(session(), now()),
        failed=failed,
        page=list_open(session(), read_page(request.args), failed=failed),
        words=WORDS,
        health_words=HEALTH_WORDS,
        reason_words=reason_words,
        every_words=_every_words,
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/jobs")
@allow(reads)
def jobs() -> str:
    return jobs_page()


@blueprint.post("/desk/jobs/<int:message_id>/retry")
@allow(operates)
@shown_again_by(jobs_page)
def try_again(message_id: int) -> ResponseReturnValue:
    retry_job(session(), current_identity(), message_id, now())
    commit()
    flash(_("马上重试,结果过一会儿在这里看。"))
    return redirect(url_for("cockpit.jobs"))
