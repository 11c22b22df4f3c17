"""Every job the worker knows, by name: what a message or a schedule asks for is done here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.queries import load_identity
from marketplace.audit import commands as audit
from marketplace.audit.queries import Heads
from marketplace.catalogue import commands as catalogue
from marketplace.cockpit import commands as cockpit
from marketplace.cockpit.commands import PROVE_JOB
from marketplace.cockpit.queries import count_family
from marketplace.cockpit.rules import EVERY, Family
from marketplace.core.clock import day_of
from marketplace.core.sealing import Sealer
from marketplace.documents.commands import PACK_JOB, PRINT_JOB, keep_print, pack
from marketplace.documents.printers import Printout
from marketplace.documents.printers.build import open_printers
from marketplace.documents.queries.papers import read_facts
from marketplace.documents.rules.sheet import thaw
from marketplace.listing.commands.imports import IMPORT_JOB, write_run
from marketplace.livestream.commands.clicks import collect_clicks
from marketplace.livestream.local.spool import ClickSpool, click_home
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.notify import PAY_BACK_JOB
from marketplace.ordering.commands.recalls import (
    SETTLE_JOB,
    SPREAD_JOB,
    settle_recall,
    spread_recall,
)
from marketplace.outbox import commands as outbox
from marketplace.outbox.commands import MAIL_JOB
from marketplace.outbox.rules import LONG_LEASE, Job, Letter, Payload
from marketplace.outbox.senders import MailSender, choose_sender
from marketplace.payments.commands import note_checkout
from marketplace.payments.commands.commissions import FREEZE_COMMISSION_JOB, freeze_commission
from marketplace.payments.commands.looks import LOOK_BACK_JOB, LOOK_JOB, look_for_silent
from marketplace.payments.commands.payback import GIVE_BACK_JOB, note_money_back, pay_back
from marketplace.payments.commands.settle import FREEZE_JOB, freeze
from marketplace.payments.commands.statements import MATCH_JOB
from marketplace.payments.commands.transfers import match_line
from marketplace.payments.gateways import Gateway, GatewayRefused, MoneyBack
from marketplace.payments.gateways.build import open_gateway
from marketplace.payments.rules.commissions import payee_named
from marketplace.privacy.commands.retention import privacy_jobs
from marketplace.reminders import notice_jobs
from marketplace.reports.queries import prove
from marketplace.search import commands as search
from marketplace.search.local import search_home
from marketplace.search.local.tally import Tally
from marketplace.tables import SEALED_BOOKS
from marketplace.web.sealing import open_sealer

VERIFY_JOB = "audit.verify.part"


def _turn_certificates(session: Session, _payload: Payload, now: datetime) -> None:
    catalogue.turn_certificates(session, now)


def _expire_orders(session: Session, _payload: Payload, now: datetime) -> None:
    ordering.expire_due(session, now)


def _turn_after_sale(session: Session, _payload: Payload, now: datetime) -> None:
    ordering.turn_due(session, now)


def _seal_audit(session: Session, _payload: Payload, _now: datetime) -> None:
    audit.seal(session)


def _seal_books(session: Session, _payload: Payload, now: datetime) -> None:
    audit.seal_books(session, SEALED_BOOKS, now)


def _begin_verifying(session: Session, _payload: Payload, now: datetime) -> None:
    _verify_further(session, {}, 0, now)


def _verify_audit(session: Session, payload: Payload, now: datetime) -> None:
    """Books, then chains, a part each time, so that nobody waits for the whole."""
    heads = {county: (int(place), seal) for county, (place, seal) in payload["heads"].items()}
    seal_id = int(payload.get("seal_id", 0))
    looked_at = audit.follow_seals(session, SEALED_BOOKS, seal_id, now)
    if isinstance(looked_at, int):
        _verify_further(session, heads, looked_at, now)
    elif looked_at is None and audit.follow_chains(session, heads, now) is None:
        _verify_further(session, heads, seal_id, now)


def _verify_further(session: Session, heads: Heads, seal_id: int, now: datetime) -> None:
    come_to = "/".join(f"{county}:{place}" for county, (place, _seal) in heads.items())
    effect_key = f"{VERIFY_JOB}:{now:%F}:{seal_id}:{come_to}"
    payload = {"heads": heads, "seal_id": seal_id}
    outbox.put(session, VERIFY_JOB, payload, effect_key=effect_key, now=now)


def _begin_proof(session: Session, _payload: Payload, now: datetime) -> None:
    cockpit.begin_proof(session, now)


def _prove_books(session: Session, _payload: Payload, _now: datetime) -> Payload:
    began_s = perf_counter()
    proved = prove(session)
    return {"proved": proved, "took_ms": round((perf_counter() - began_s) * 1000)}


def _keep_proof(session: Session, payload: Payload, now: datetime) -> None:
    asked_by = payload.get("asked_by")
    cockpit.keep_proof(session, (payload["proved"], payload["took_ms"]), asked_by, now)


def _cockpit_jobs() -> Mapping[str, Job]:
    """A job for each family of figures, so that one that fails stops no other."""
    return {f"cockpit.{family}": _family_job(family) for family in Family}


def _family_job(family: Family) -> Job:
    def count(session: Session, _payload: Payload, now: datetime) -> Payload:
        return {"counted": count_family(session, family, now)}

    def keep(session: Session, payload: Payload, now: datetime) -> None:
        cockpit.keep_family(session, family, payload["counted"], now)

    return Job(keep, looks=count, every=EVERY)


def _count_searches(tally: Tally) -> Job:
    def count(session: Session, _payload: Payload, now: datetime) -> None:
        search.count_searches(session, day_of(now), tally.take())

    return Job(count, every=timedelta(minutes=1), on_each_machine=True)


def _click_jobs(spool: ClickSpool) -> Mapping[str, Job]:
    def collect(session: Session, _payload: Payload, now: datetime) -> None:
        collect_clicks(session, spool, now)

    collecting = Job(collect, every=timedelta(seconds=10), on_each_machine=True)
    return {"livestream.clicks": collecting}


def _mail_job(sender: MailSender) -> Job:
    def send(payload: Payload, _effect_key: str) -> None:
        sender.send(Letter(**payload))

    def record(session: Session, payload: Payload, now: datetime) -> None:
        outbox.record_letter(session, Letter(**payload), now, keeps_body=sender.keeps_body)

    return Job(record, outside=send)


def _pay_back(session: Session, payload: Payload, now: datetime) -> None:
    pay_back(session, int(payload["purchase_id"]), now)


def _look_for_silent(session: Session, _payload: Payload, now: datetime) -> None:
    look_for_silent(session, now)


def _match_line(session: Session, payload: Payload, now: datetime) -> None:
    match_line(session, int(payload["line_id"]), now)


def _freeze(session: Session, payload: Payload, now: datetime) -> None:
    identity = load_identity(session, int(payload["person_id"]))
    if identity is not None:
        freeze(session, identity, int(payload["producer_id"]), str(payload["period"]), now)


def _freeze_commission(session: Session, payload: Payload, now: datetime) -> None:
    identity = load_identity(session, int(payload["person_id"]))
    if identity is not None:
        payee = payee_named(str(payload["payee"]))
        freeze_commission(session, identity, payee, str(payload["period"]), now)


def _write_goods(session: Session, payload: Payload, now: datetime) -> None:
    write_run(session, int(payload["run_id"]), now)


def _printing_jobs(public_url: str, sealer: Sealer) -> Mapping[str, Job]:
    """Printing takes seconds, so it happens outside any transaction."""
    printers = open_printers()

    def print_paper(payload: Payload, _effect_key: str) -> Payload:
        printout = Printout(
            sheet=thaw(read_facts(sealer, payload["facts"])),
            number=payload["number"],
            facts_sha256=payload["facts_sha256"],
            asked_at=datetime.fromisoformat(payload["asked_at"]),
            verify_url=f"{public_url}/verify/{payload['number']}",
        )
        return {"content": printers[payload["format"]].print(printout)}

    def keep(session: Session, payload: Payload, now: datetime) -> None:
        keep_print(session, int(payload["paper_id"]), payload["content"], now)

    def pack_papers(session: Session, payload: Payload, now: datetime) -> None:
        pack(session, int(payload["paper_id"]), now)

    return {PRINT_JOB: Job(keep, outside=print_paper), PACK_JOB: Job(pack_papers)}


def _gateway_jobs(gateway: Gateway) -> Mapping[str, Job]:
    """What is asked of the gateway under the effect key, outside any transaction."""

    def give_back(payload: Payload, effect_key: str) -> Payload:
        asked = (payload["intent_id"], payload["amount_fen"], payload["payout_id"])
        try:
            return {"back": gateway.give_back(*asked, effect_key)}
        except GatewayRefused as refused:
            return {"back": MoneyBack(f"refused:{effect_key}", "failed", str(refused))}

    def look(payload: Payload, _effect_key: str) -> Payload:
        return {"checkout": gateway.read_checkout(payload["gateway_id"])}

    def look_back(payload: Payload, _effect_key: str) -> Payload:
        return {"back": gateway.read_back(payload["gateway_id"])}

    def note_back(session: Session, payload: Payload, now: datetime) -> None:
        note_money_back(session, int(payload["payout_id"]), payload["back"], now)

    def note_page(session: Session, payload: Payload, now: datetime) -> None:
        note_checkout(session, payload["checkout"], now)

    return {
        GIVE_BACK_JOB: Job(note_back, outside=give_back),
        LOOK_JOB: Job(note_page, outside=look),
        LOOK_BACK_JOB: Job(note_back, outside=look_back),
        "payments.look_for_silent": Job(_look_for_silent, every=timedelta(minutes=10)),
    }


def list_jobs(settings: Settings, gateway: Gateway | None = None) -> Mapping[str, Job]:
    """Every job by its name; those of the gateway where there is one."""
    gateway = gateway or open_gateway(settings)
    sealer = open_sealer(settings)
    return {
        **(_gateway_jobs(gateway) if gateway else {}),
        **_printing_jobs(settings.public_url, sealer),
        PAY_BACK_JOB: Job(_pay_back),
        SPREAD_JOB: Job(spread_recall),
        SETTLE_JOB: Job(settle_recall),
        MATCH_JOB: Job(_match_line),
        FREEZE_JOB: Job(_freeze),
        FREEZE_COMMISSION_JOB: Job(_freeze_commission),
        IMPORT_JOB: Job(_write_goods),
        MAIL_JOB: _mail_job(choose_sender(settings.mail_url, settings.public_url)),
        **notice_jobs(settings.public_url),
        **privacy_jobs(sealer),
        **_click_jobs(ClickSpool(click_home(settings))),
        "ordering.expire": Job(_expire_orders, every=timedelta(minutes=1)),
        "ordering.after_sale": Job(_turn_after_sale, every=timedelta(minutes=10)),
        "audit.seal": Job(_seal_audit, every=timedelta(seconds=10)),
        "audit.books": Job(_seal_books, every=timedelta(minutes=10)),
        "books.prove": Job(_begin_proof, every=timedelta(days=1)),
        PROVE_JOB: Job(_keep_proof, looks=_prove_books, lease=LONG_LEASE),
        **_cockpit_jobs(),
        "audit.verify": Job(_begin_verifying, every=timedelta(days=1)),
        VERIFY_JOB: Job(_verify_audit),
        "search.count": _count_searches(Tally(search_home(settings))),
        "catalogue.turn": Job(_turn_certificates, every=timedelta(hours=1)),
    }
