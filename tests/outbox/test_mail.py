"""Letters reach a real mail server, once per effect, and say nothing in the register."""

import smtplib
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string, policy
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from marketplace.cli.worker import Worker
from marketplace.jobs import list_jobs
from marketplace.outbox.commands import put_letter
from marketplace.outbox.models import OutboxMessage, SentMail
from marketplace.outbox.rules import Letter
from marketplace.outbox.senders import RegisterSender, SmtpSender, choose_sender
from tests.conftest import NOON, settings_for

LETTER = Letter("reset:1", "buyer@example.org", "重设密码", "打开这个链接:\nhttps://x/reset/abc")


class Talk(socketserver.StreamRequestHandler):
    """The receiving half of an SMTP conversation."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            if line.lower().startswith("ehlo"):
                self.say("250-here\r\n250 SMTPUTF8")
            elif line.lower() == "data":
                self.say("354 go on")
                self.take_letter()
            else:
                self.say("221 bye" if line.lower() == "quit" else "250 fine")

    def take_letter(self) -> None:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        self.server.received.append("\n".join(lines))  # type: ignore[attr-defined]
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[str, list[str]]]:
    """The address of a listening mail server, and the letters it received."""
    with socketserver.TCPServer(("127.0.0.1", 0), Talk) as server:
        received: list[str] = []
        server.received = received  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()


def make_worker(engine, clock, tmp_path, mail_url: str | None) -> Worker:
    settings = settings_for(str(engine.url), tmp_path, mail_url=mail_url)
    jobs = {"mail.send": list_jobs(settings)["mail.send"]}
    return Worker("test", sessionmaker(engine, expire_on_commit=False), jobs, clock)


def ask_twice(session) -> None:
    assert put_letter(session, LETTER, NOON) is True
    assert put_letter(session, LETTER, NOON) is False
    session.commit()


def test_a_letter_reaches_the_mail_server_once(engine, session, clock, tmp_path):
    ask_twice(session)
    with mail_server() as (url, received):
        worker = make_worker(engine, clock, tmp_path, f"{url}?from=shop@county.example")
        assert [worker.work(), worker.work()] == [True, False]
    letter = message_from_string(received[0], policy=policy.default)
    assert len(received) == 1
    assert (letter["To"], letter["From"]) == ("buyer@example.org", "shop@county.example")
    assert letter["Subject"] == "重设密码"
    assert "https://x/reset/abc" in letter.get_content()


def test_a_sent_letter_leaves_neither_words_nor_link_behind(engine, session, clock, tmp_path):
    ask_twice(session)
    with mail_server() as (url, _received):
        make_worker(engine, clock, tmp_path, url).work()
    sent = session.scalars(select(SentMail)).one()
    assert (sent.recipient, sent.subject, sent.body) == ("buyer@example.org", "重设密码", "")
    assert session.scalars(select(OutboxMessage.payload)).one() == {}


def test_in_the_demonstration_a_letter_can_be_read_in_the_register(
    engine, session, clock, tmp_path
):
    ask_twice(session)
    make_worker(engine, clock, tmp_path, None).work()
    assert session.scalars(select(SentMail.body)).one() == LETTER.body


def test_a_letter_waits_while_the_mail_server_is_away(engine, session, clock, tmp_path):
    ask_twice(session)
    with mail_server() as (url, _received):
        pass
    make_worker(engine, clock, tmp_path, url).work()
    assert session.scalars(select(SentMail)).all() == []
    session.rollback()
    clock.advance(seconds=10)
    with mail_server() as (url, received):
        make_worker(engine, clock, tmp_path, url).work()
        assert len(received) == 1


def test_a_copy_of_a_letter_carries_the_same_id():
    with mail_server() as (url, received):
        sender = SmtpSender(url, "https://shop.example")
        sender.send(LETTER)
        sender.send(LETTER)
    first, second = (message_from_string(text, policy=policy.default) for text in received)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@shop.example>")


def test_a_password_is_never_sent_in_the_clear():
    with mail_server() as (url, received):
        secret = url.replace("smtp://", "smtp://shop:secret@")
        with pytest.raises(smtplib.SMTPNotSupportedError):
            SmtpSender(secret, "https://shop.example").send(LETTER)
    assert received == []


def test_no_letter_goes_to_another_machine_in_the_clear():
    """Whoever sits between strikes STARTTLS out of what the server offers. What 0.0.0.0 names is
    this machine, by an address that is none of its own."""
    with mail_server() as (url, received):
        elsewhere = url.replace("127.0.0.1", "0.0.0.0")
        with pytest.raises(smtplib.SMTPNotSupportedError, match="without TLS"):
            SmtpSender(elsewhere, "https://shop.example").send(LETTER)
    assert received == []


def test_a_letter_cannot_smuggle_a_header_in():
    with mail_server() as (url, received):
        bad = Letter("k", "a@b.example\nBcc: c@d.example", "s", "b")
        with pytest.raises(ValueError, match="may not contain linefeed"):
            SmtpSender(url, "https://shop.example").send(bad)
    assert received == []


def test_without_a_mail_server_letters_stay_in_the_register():
    assert isinstance(choose_sender(None, "https://shop.example"), RegisterSender)
    assert isinstance(choose_sender("smtps://mail.example", "https://shop.example"), SmtpSender)
