"""A forgotten password: asking for a link, and setting a new one by it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import ResetRequest, put_reset_letter, reset_password
from marketplace.accounts.commands.passwords import LinkSpent
from marketplace.accounts.forms import read_new_password
from marketplace.accounts.queries import find_open_reset
from marketplace.accounts.routes.room import blueprint
from marketplace.web import commit, now, public, session
from marketplace.web.again import shown_again_by


def forgotten_page() -> str:
    return render_template("accounts/forgotten.html")


@blueprint.get("/password/forgotten")
@public
def forgotten() -> str:
    return forgotten_page()


@blueprint.post("/password/forgotten")
@public
@shown_again_by(forgotten_page)
def ask_for_link() -> ResponseReturnValue:
    login = request.form.get("login", "")
    wanted = ResetRequest(login, request.remote_addr, write=_write_letter)
    put_reset_letter(session(), wanted, now())
    commit()
    flash(_("如果这个登录名是一个邮箱,重设密码的链接已经寄出,1 小时内有效。"))
    return redirect(url_for("accounts.login"))


def _write_letter(token: str) -> tuple[str, str]:
    # Never the host of the request, which whoever asks may choose.
    public_url = current_app.config["SETTINGS"].public_url.rstrip("/")
    link = public_url + url_for("accounts.reset", token=token)
    words = _(
        "有人请求重设您在帮扶集的密码。如果是您本人,请在 1 小时内打开下面的链接:\n\n"
        "%(link)s\n\n链接只能用一次。如果不是您本人,不用理会这封信,密码不会改变。",
        link=link,
    )
    return _("重设帮扶集的密码"), words


def reset_page(token: str) -> str:
    """The form behind a link. Opening it spends nothing: mail scanners open links too."""
    person = find_open_reset(session(), token, now())
    if person is None:
        raise LinkSpent
    return render_template("accounts/reset.html", token=token, login=person.login)


@blueprint.get("/password/reset/<token>")
@public
def reset(token: str) -> str:
    return reset_page(token)


@blueprint.post("/password/reset/<token>")
@public
@shown_again_by(reset_page)
def set_forgotten(token: str) -> ResponseReturnValue:
    reset_password(session(), (token, read_new_password(request.form)), now(), commit)
    commit()
    flash(_("新密码已生效,请用它登录。"))
    return redirect(url_for("accounts.login"))
