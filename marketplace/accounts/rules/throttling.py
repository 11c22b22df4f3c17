"""How attempts to log in are slowed down, without locking anyone out for good."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import ClassVar

from marketplace.core.errors import N_, Refusal

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
# After this time without an attempt, everything is forgotten.
FORGET_AFTER = timedelta(hours=1)


class WrongCredentials(Refusal):
    """The name or the password is wrong; nobody is told which."""

    code = "login.wrong"
    status = 401
    message = N_("登录名或密码不对。请检查后再试;忘记密码可以重新设置。")


class TooManyAttempts(Refusal):
    """Attempts come too quickly; Retry-After says how long to wait."""

    code = "login.throttled"
    status = 429
    message = N_("试的次数太多了,请在 %(wait)s 秒后再试。换一台设备或网络仍可登录。")

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, -(-wait // timedelta(seconds=1)))
        super().__init__(wait=seconds)
        self.headers: dict[str, str] = {"Retry-After": str(seconds)}


@dataclass(frozen=True)
class Gate:
    """One thing attempts are counted under, and how many are free.

    A name is counted together with the address it is tried from: whoever guesses slows
    down themselves, and the owner of the name, elsewhere, notices nothing. An address alone
    has many free attempts, since a whole office may share it.
    """

    key: str
    free: int

    FREE_BY_NAME: ClassVar[int] = 5
    FREE_BY_ADDRESS: ClassVar[int] = 60


def network_of(address: str | None) -> str:
    """Where attempts come from: one customer of IPv6 has a whole /64 of addresses."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]


def gates_of(purpose: str, login: str, address: str | None) -> tuple[Gate, Gate]:
    """The name from this address, and the address. Keys are hashes: no names pile up in a table."""
    network = network_of(address)
    return (
        Gate(_key(purpose, "name", login, network), Gate.FREE_BY_NAME),
        Gate(_key(purpose, "address", network), Gate.FREE_BY_ADDRESS),
    )


def code_gates(person_id: int, address: str | None) -> tuple[Gate, Gate]:
    """The person from wherever, and the address. Who comes to this door knows the password, so
    slowing them all down together locks out nobody but thieves and their victim for minutes."""
    return (
        Gate(_key("code", "person", str(person_id)), Gate.FREE_BY_NAME),
        Gate(_key("code", "address", network_of(address)), Gate.FREE_BY_ADDRESS),
    )


def _key(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def delay_after(attempts: int, free: int) -> timedelta:
    """Nothing for the free ones, then 30 s, doubled each time, at most a quarter of an hour."""
    over = attempts - free
    if over < 0:
        return timedelta(0)
    doubled: timedelta = FIRST_DELAY * 2 ** min(over, 10)
    return min(doubled, LONGEST_DELAY)


def is_forgotten(last_at: datetime, now: datetime) -> bool:
    return now - last_at >= FORGET_AFTER
