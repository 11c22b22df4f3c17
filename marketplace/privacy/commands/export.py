"""Making a copy of somebody's data: JSON and CSV in one archive, sealed until it is fetched."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import N_
from marketplace.core.identity import Identity
from marketplace.core.personal import PersonalData, Rows
from marketplace.core.resealing import Sealed
from marketplace.core.sealing import Sealer
from marketplace.core.sheets import write_csv
from marketplace.notices.commands import Matter, tell_each
from marketplace.privacy.commands.ask import close, note
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.collect import collect
from marketplace.privacy.queries.requests import get_content
from marketplace.privacy.rules import FETCH_WITHIN, FileGone, State
from marketplace.privacy.rules.coverage import FILES
from marketplace.translations.reading import translator

SEALED = Sealed(PrivacyRequest.id, (PrivacyRequest.content,))
CHINESE = "zh_Hans_CN"
READ_ME = (
    N_("帮扶集里关于您的资料。每个表有两份:csv 可以用表格软件打开,all.json 供程序读取。"),
    N_("以 _fen 结尾的列是金额,单位是分;时间是北京时间。没有内容的表不在里面。"),
    N_("单位、供应商办事的单据属于各单位,不在里面;您经手的每一步在 deeds 表里。"),
)


def make_copy(
    session: Session, payload: Mapping[str, Any], now: datetime, *, sealer: Sealer
) -> None:
    """Collects and keeps what a person asked for, once."""
    request = session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.id == int(payload["request_id"]))
        .with_for_update()
    ).one()
    identity = load_identity(session, request.person_id)
    if request.state != State.WAITING:
        return
    if identity is None:
        # Deactivated meanwhile: nobody could fetch it.
        close(request, State.WITHDRAWN, now)
        return
    found = collect(session, request.person_id, sealer)
    archive = pack(found, now, translator(identity.locale or CHINESE))
    request.content = sealer.seal_bytes(archive)
    request.size, request.sha256 = len(archive), hashlib.sha256(archive).hexdigest()
    request.expires_at = now + FETCH_WITHIN
    close(request, State.READY, now)
    session.flush()
    note(session, None, request.id, "privacy.export_made", now, size=request.size)
    tell(session, request, "privacy_ready", "/account/data", now)


def tell(session: Session, request: PrivacyRequest, kind: str, address: str, now: datetime) -> None:
    """Tells whoever asked how their request stands."""
    matter = Matter("privacy_request", request.id, {"number": request.number}, address)
    tell_each(session, kind, matter, [request.person_id], now)


def fetch(
    session: Session, identity: Identity, request_id: int, sealer: Sealer, now: datetime
) -> bytes:
    """The archive, for the person it is about alone. Raises NotFound, FileGone."""
    sealed = get_content(session, identity.person_id, request_id, now)
    archive = sealer.open_bytes(sealed)
    if archive is None:
        raise FileGone
    session.execute(
        update(PrivacyRequest).where(PrivacyRequest.id == request_id).values(fetched_at=now)
    )
    note(session, identity.person_id, request_id, "privacy.export_fetched", now)
    return archive


def pack(found: PersonalData, at: datetime, translate: Callable[[str], str]) -> bytes:
    """The same rows at the same instant make the same bytes."""
    full = {name: rows for name, rows in sorted(found.items()) if rows}
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(full, translate):
            archive.writestr(_entry(name, at), content)
    return out.getvalue()


def _files(full: PersonalData, translate: Callable[[str], str]) -> Iterator[tuple[str, bytes]]:
    told = [f"{name}.csv  {translate(FILES[name])} ({len(rows)})" for name, rows in full.items()]
    yield "README.txt", "\n".join([*map(translate, READ_ME), "", *told, ""]).encode()
    plain = {name: [_plain(row) for row in rows] for name, rows in full.items()}
    yield "all.json", json.dumps(plain, ensure_ascii=False, indent=1).encode()
    for name, rows in full.items():
        yield f"{name}.csv", write_csv(_table(rows))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _table(rows: Rows) -> Iterator[list[Any]]:
    yield list(rows[0])
    for row in rows:
        yield [_cell(value) for value in row.values()]


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else _value(value)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = at.astimezone(SHANGHAI).timetuple()[:6]
    entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
