"""One's own inbox, and how one wants to be told."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.notices import queries
from marketplace.notices.commands import choose_habits, mark_all_read, mark_read
from marketplace.notices.forms import read_habits, read_topic, read_until
from marketplace.notices.rules import TOPICS, Topic
from marketplace.notices.rules.hours import QuietHours, clock_of
from marketplace.notices.rules.words import goods_of, title_of
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page
from marketplace.web.pages import locale_code

blueprint = Blueprint("notices", __name__)


def topic_words() -> dict[Topic, str]:
    return {topic: _(facts.words) for topic, facts in TOPICS.items()}


def inbox_page(**_place: Any) -> str:
    """What this person was told: what is new first, by topic where one is chosen."""
    person_id, topic = current_identity().person_id, read_topic(request.args)
    page = queries.list_notices(session(), person_id, topic, read_page(request.args))
    locale = locale_code()
    return render_template(
        "notices/inbox.html",
        page=page,
        titles={one.id: title_of(one.kind, one.params, locale) for one in page.items},
        goods={one.id: goods_of(one.params, locale) for one in page.items},
        topic=topic,
        words=topic_words(),
        counts=queries.count_by_topic(session(), person_id),
        until_id=queries.newest_id(session(), person_id),
    )


@blueprint.get("/me/notices")
@allow()
def inbox() -> str:
    return inbox_page()


@blueprint.post("/me/notices/<int:notice_id>/open")
@allow(own=True)
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Marks a notice read and leads to what it is about, which asks for itself who may see it."""
    notice = mark_read(session(), current_identity(), notice_id, now())
    commit()
    return redirect(request.script_root + notice.address)


@blueprint.post("/me/notices/<int:notice_id>/read")
@allow(own=True)
def read_notice(notice_id: int) -> ResponseReturnValue:
    mark_read(session(), current_identity(), notice_id, now())
    commit()
    return redirect(url_for("notices.inbox", topic=read_topic(request.form)))


@blueprint.post("/me/notices/read")
@allow(own=True)
@shown_again_by(inbox_page)
def read_all() -> ResponseReturnValue:
    """Marks everything read that was on the page's list, of its topic where it had one."""
    topic, until_id = read_topic(request.form), read_until(request.form)
    number = mark_all_read(session(), current_identity(), topic, until_id, now())
    commit()
    flash(_("%(number)s 条消息已标为已读。", number=number))
    return redirect(url_for("notices.inbox", topic=topic))


def settings_page(**_place: Any) -> str:
    """Each topic with its choices, and the quiet hours."""
    person_id = current_identity().person_id
    habits = queries.habits_of(session(), [person_id])[person_id]
    shown = habits.hours if habits.hours.is_on else QuietHours()
    return render_template(
        "notices/settings.html",
        habits=habits,
        topics=TOPICS,
        words=topic_words(),
        begins=clock_of(shown.begins),
        ends=clock_of(shown.ends),
    )


@blueprint.get("/me/notices/settings")
@allow()
def settings() -> str:
    return settings_page()


@blueprint.post("/me/notices/settings")
@allow(own=True)
@shown_again_by(settings_page)
def choose() -> ResponseReturnValue:
    choose_habits(session(), current_identity(), read_habits(request.form), now())
    commit()
    flash(_("消息设置已保存。"))
    return redirect(url_for("notices.settings"))
