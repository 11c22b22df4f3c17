"""Refusals as the person meets them: a page for people, problem+json (RFC 9457) for programs."""

import json
from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from marketplace.core.away import has_met_another, is_away
from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal, SameInstant
from marketplace.web.access import LoginNeeded, StepUpNeeded
from marketplace.web.database import db
from marketplace.web.pages import day

# So many seconds are enough for a writer to end, or for a database to be started again.
ASK_AGAIN_S = 2
AWAY = "database.away"

_GENERAL = {
    400: N_("没有看懂这个请求。请返回上一页再试。"),
    403: N_("您没有权限打开这一页。"),
    404: N_("这里没有您要找的内容。请检查地址,或从首页重新进入。"),
    405: N_("这个地址不能这样使用。请从页面上的按钮进入。"),
    413: N_("内容太大了。请减小后再提交。"),
    415: N_("内容的格式不对。请按页面说明提交。"),
    422: N_("有些内容需要修改,已填写的内容都保留着。"),
    429: N_("操作太频繁了。请稍等片刻再试。"),
    503: N_("系统这会儿忙不过来,刚才的操作可能没有生效。请过几秒再试;重试前先看一眼是否已经办成。"),
    500: N_("我们这边出错了,您填写的内容没有生效。请稍后再试;如仍不行,请把下面的编号告诉我们。"),
}
# A program has no buttons.
OTHER_METHODS = N_("这个地址只接受 %(methods)s。")


def wants_problem() -> bool:
    """Whether a program is asking."""
    return request.path.startswith("/api/")


def in_words(message: str, params: dict[str, Any]) -> str:
    """A message template in the person's language, filled in; days as this language writes them."""
    shown = {name: day(one) if isinstance(one, date) else one for name, one in params.items()}
    return str(gettext(message, **shown))


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    facts: dict[str, Any] | None = None,
) -> Response:
    """A problem document of RFC 9457."""
    body: dict[str, Any] = {
        **(facts or {}),
        "type": f"urn:bangfu:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": g.get("request_id", ""),
        "errors": errors or [],
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, mimetype="application/problem+json")


def field_words(error: FieldError) -> dict[str, str]:
    return {"field": error.field, "message": in_words(error.message, dict(error.params))}


def answer_refusal(refusal: Refusal) -> ResponseReturnValue:
    """A refusal as page or problem; whatever the request had begun is undone."""
    db.session.rollback()
    g.refusal_code = refusal.code
    detail = in_words(refusal.message, refusal.params)
    errors = (
        [field_words(error) for error in refusal.errors]
        if isinstance(refusal, InvalidInput)
        else None
    )
    if wants_problem():
        if errors is None and refusal.field:
            errors = [{"field": refusal.field, "message": detail}]
        facts = {name: refusal.params[name] for name in refusal.facts if name in refusal.params}
        answer = problem(refusal.status, refusal.code, detail, errors, facts)
        answer.headers.extend(getattr(refusal, "headers", {}))
        if refusal.status == 401:
            # RFC 9110 asks every 401 to say how one proves who one is.
            answer.headers.setdefault("WWW-Authenticate", 'Bearer realm="bangfu"')
        return answer
    if isinstance(refusal, LoginNeeded):
        back = request.full_path if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=back))
    if isinstance(refusal, StepUpNeeded):
        return cast(ResponseReturnValue, current_app.extensions["ask_again"]())
    if refusal.code == "login.second_step_needed":
        return redirect(url_for("accounts.security", needed=1))
    page = render_template("errors/refusal.html", detail=detail, errors=errors, refusal=refusal)
    return page, refusal.status, getattr(refusal, "headers", {})


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """What Werkzeug refuses, in our words and in the form the asker reads."""
    cause = getattr(error, "original_exception", None)
    if cause is not None and is_away(cause):
        # It went while another refusal was being put into words.
        return answer_away(cause)
    db.session.rollback()
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    g.refusal_code = f"http.{status}"
    detail = in_words(_GENERAL.get(status, _GENERAL[400]), {})
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(allowed)} if allowed else {}
    if wants_problem():
        if allowed:
            detail = in_words(OTHER_METHODS, {"methods": headers["Allow"]})
        return problem(status, f"http.{status}", detail), headers
    return render_template("errors/general.html", detail=detail, status=status), status, headers


def answer_csrf(_error: CSRFError) -> ResponseReturnValue:
    """A form that was open too long, or that another site sent."""
    g.refusal_code = "csrf"
    detail = in_words(N_("页面打开得太久了,请刷新后再提交一次。"), {})
    return render_template("errors/general.html", detail=detail, status=400), 400


def answer_away(error: DBAPIError) -> ResponseReturnValue:
    """The database is full, locked or gone for a moment: nothing of ours is wrong, and whoever
    asks again soon is likely to be answered. Or somebody else was quicker by an instant. What
    else it refuses is our own bug."""
    if has_met_another(error):
        structlog.get_logger().warning("met another", endpoint=request.endpoint)
        return answer_refusal(SameInstant())
    if not is_away(error):
        if current_app.config["SETTINGS"].testing:
            raise error
        return answer_failure(error)
    # What is left of this transaction can neither be kept nor ended where the connection is cut.
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if "_login_user" not in g:
        # Who asks could not be read; whoever wants to know it for this answer must not try again.
        g._login_user = AnonymousUserMixin()
    structlog.get_logger().warning("database away", error=type(error.orig).__name__)
    g.refusal_code = AWAY
    detail = in_words(_GENERAL[503], {})
    headers = {"Retry-After": str(ASK_AGAIN_S)}
    if wants_problem():
        return problem(503, AWAY, detail), headers
    # Past everything that other pages are given, some of which is in the database.
    page = current_app.jinja_env.get_template("errors/away.html")
    language = "en" if str(get_locale()) == "en" else "zh-CN"
    return page.render(detail=detail, language=language), 503, headers


def answer_failure(error: Exception) -> ResponseReturnValue:
    """Our own bug: logged with the request's id, told without details."""
    db.session.rollback()
    structlog.get_logger().error("request failed", exc_info=error, endpoint=request.endpoint)
    detail = in_words(_GENERAL[500], {})
    if wants_problem():
        return problem(500, "internal", detail)
    return render_template("errors/general.html", detail=detail, status=500), 500


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(DBAPIError, answer_away)
    if not app.config["SETTINGS"].testing:
        app.register_error_handler(Exception, answer_failure)
