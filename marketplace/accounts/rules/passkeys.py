"""Passkeys: for which house they are made, and what is refused."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from marketplace.core.errors import N_, Refusal

MOST_NAME = 60
MOST_PASSKEYS = 20
# The largest attestation that real keys send is a few kilobytes.
MOST_ANSWER = 64_000
CHALLENGE_BYTES = 32


class PasskeyRefused(Refusal):
    """The answer does not fit the question, or nobody knows the key."""

    code = "passkey.refused"
    status = 401
    message = N_("这把通行密钥没有通过。请再试一次,或改用密码和验证码登录。")


class PasskeyDoubted(Refusal):
    """The key counted backwards: somebody may have a copy."""

    code = "passkey.doubted"
    status = 401
    message = N_(
        "这把通行密钥的使用次数比上次还少,可能被复制过,这次没有放行。"
        "请改用密码和验证码登录,并在“登录安全”里删掉它、重新登记。"
    )


class TooManyPasskeys(Refusal):
    code = "passkey.too_many"
    message = N_("最多登记 %(most)s 把通行密钥。请先删掉不用的。")


@dataclass(frozen=True)
class House:
    """For whom keys are made: the host and origin of our public address."""

    host: str
    origin: str
    name: str


def house_of(public_url: str, name: str) -> House:
    """Browsers leave out the port that goes without saying."""
    parts = urlsplit(public_url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return House(host, f"{parts.scheme}://{shown}{port}", name)
