"""An account of one's own: asking for a link by mail, and setting the password by it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands.joining import (
    JoiningRequest,
    join,
    open_joining,
    put_joining_letter,
)
from marketplace.accounts.forms import read_new_password, read_newcomer
from marketplace.accounts.routes.entrance import let_in
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.rules.second_step import Way
from marketplace.web import commit, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.sealing import sealer


def joining_page() -> str:
    return render_template("accounts/join.html")


@blueprint.get("/register")
@public
def register() -> str:
    return joining_page()


@blueprint.post("/register")
@public
@shown_again_by(joining_page)
def ask_to_join() -> ResponseReturnValue:
    newcomer = read_newcomer(request.form)
    wanted = JoiningRequest(newcomer, request.remote_addr, write=_write_letter)
    put_joining_letter(session(), wanted, now(), sealer())
    commit()
    return redirect(url_for("accounts.letter_sent"))


@blueprint.get("/register/sent")
@public
def letter_sent() -> str:
    return render_template("accounts/joining_sent.html")


def _write_letter(token: str | None) -> tuple[str, str]:
    # Never the host of the request, which whoever asks may choose.
    public_url = current_app.config["SETTINGS"].public_url.rstrip("/")
    if token is None:
        words = _(
            "有人用这个邮箱在帮扶集注册。您已经有账号了,直接登录就行:\n\n%(login)s\n\n"
            "忘记了密码,可以在登录页重新设置。如果不是您本人,不用理会这封信。",
            login=public_url + url_for("accounts.login"),
        )
        return _("您在帮扶集已经有账号"), words
    link = public_url + url_for("accounts.joining", token=token)
    words = _(
        "请在 1 小时内打开下面的链接,设好密码,账号就建好了:\n\n%(link)s\n\n"
        "链接只能用一次。如果不是您本人注册,不用理会这封信,不会有账号。",
        link=link,
    )
    return _("完成帮扶集的注册"), words


def password_page(token: str) -> str:
    """The form behind a link. Opening it spends nothing: mail scanners open links too."""
    invited = open_joining(session(), token, now(), sealer())
    return render_template("accounts/joining.html", token=token, newcomer=invited.newcomer)


@blueprint.get("/register/<token>")
@public
def joining(token: str) -> str:
    return password_page(token)


@blueprint.post("/register/<token>")
@public
@shown_again_by(password_page)
def set_first(token: str) -> ResponseReturnValue:
    invited = open_joining(session(), token, now(), sealer())
    person = join(session(), invited, read_new_password(request.form), now(), commit)
    flash(_("账号建好了,您已登录。下次用邮箱和密码登录。"))
    return let_in(person, Way.PASSWORD, stays=False)
