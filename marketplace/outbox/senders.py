"""Who carries letters: a mail server, or in the demonstration our own register."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from typing import ClassVar, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from encryption import is_here
from marketplace.outbox.rules import Letter

TIMEOUT_S = 20


class MailSender(Protocol):
    """Carries one letter, or raises."""

    # Whether the register may keep the words: only where no real person is written to.
    keeps_body: ClassVar[bool]

    def send(self, letter: Letter) -> None: ...


class RegisterSender:
    """Sends nothing: the letter can be read in the register of sent mail (demonstration)."""

    keeps_body: ClassVar[bool] = True

    def send(self, letter: Letter) -> None:
        """The register is written by the job itself, with the mark that it is done."""


class SmtpSender:
    """Hands letters to the mail server of `smtp://user:password@host:port?from=address`.

    `smtps://` speaks TLS from the first byte; `smtp://` takes STARTTLS, without which it sends
    no password, and to another machine no letter either: links that set a password stand in them.
    """

    keeps_body: ClassVar[bool] = False

    def __init__(self, url: str, public_url: str) -> None:
        self.server: SplitResult = urlsplit(url)
        home = urlsplit(public_url).hostname or "localhost"
        given = parse_qs(self.server.query).get("from")
        self.sender = given[0] if given else f"no-reply@{home}"
        self.domain = self.sender.rpartition("@")[2]

    def send(self, letter: Letter) -> None:
        message = self._write(letter)
        with self._connect() as connection:
            connection.send_message(message)

    def _write(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        # The same letter sent again after a crash carries the same id, by which mail
        # systems recognise the copy.
        mark = hashlib.sha256(letter.effect_key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{mark}@{self.domain}>"
        message.set_content(letter.body)
        return message

    def _connect(self) -> smtplib.SMTP:
        host = self.server.hostname or "localhost"
        context = ssl.create_default_context()
        if self.server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.server.port or 465, timeout=TIMEOUT_S, context=context
            )
        else:
            connection = smtplib.SMTP(host, self.server.port or 587, timeout=TIMEOUT_S)
        try:
            self._introduce(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        connection.ehlo()
        is_secret = self.server.scheme == "smtps"
        if not is_secret and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            is_secret = True
        if not is_secret and not is_here(self.server.hostname):
            raise smtplib.SMTPNotSupportedError("no letter to another machine without TLS")
        if self.server.username:
            if not is_secret:
                raise smtplib.SMTPNotSupportedError("no password without TLS")
            connection.login(unquote(self.server.username), unquote(self.server.password or ""))


def choose_sender(mail_url: str | None, public_url: str) -> MailSender:
    """The mail server where one is set, our own register otherwise."""
    return SmtpSender(mail_url, public_url) if mail_url else RegisterSender()
