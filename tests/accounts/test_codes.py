"""Codes of phones and of paper, browsers and networks in words."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts.rules.codes import (
    ALPHABET,
    address_of,
    code_at,
    in_groups,
    new_recovery_codes,
    new_secret,
    normal_code,
    on_paper,
    step_of,
)
from marketplace.accounts.rules.devices import browser_of, masked
from marketplace.accounts.rules.passkeys import house_of
from marketplace.core.errors import InvalidInput
from tests.conftest import NOON

# The secret of RFC 6238, appendix B; its codes have eight digits, ours are their last six.
RFC_SECRET = b32encode(b"12345678901234567890").decode()
RFC_CODES = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0 Safari/537.36 Edg/131.0"
)
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605 MicroMessenger/8.0"


@pytest.mark.parametrize(("second", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(second, code):
    assert code_at(RFC_SECRET, second // 30) == code[-6:]
    moment = datetime.fromtimestamp(second, UTC)
    assert step_of(RFC_SECRET, code[-6:], moment) == second // 30


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_counts_half_a_minute_before_and_after(steps, counts):
    code = code_at(RFC_SECRET, int(NOON.timestamp()) // 30)
    found = step_of(RFC_SECRET, code, NOON + timedelta(seconds=30 * steps))
    assert (found is not None) is counts


def test_a_secret_has_160_bits_and_reads_in_groups():
    secret = new_secret()
    assert len(secret) == 32
    assert in_groups(secret).replace(" ", "") == secret
    assert secret != new_secret()


def test_the_qr_code_says_what_authenticators_read():
    assert address_of("ABC", "王@x", "帮扶集") == (
        "otpauth://totp/%E5%B8%AE%E6%89%B6%E9%9B%86:%E7%8E%8B%40x"
        "?secret=ABC&issuer=%E5%B8%AE%E6%89%B6%E9%9B%86"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("１２３４５６", "123456"),
     ("ABCDE-FGHJK", "abcdefghjk"), ("abcde　ｆghjk", "abcdefghjk")],
)  # fmt: skip
def test_a_code_is_read_as_it_was_meant(typed, meant):
    assert normal_code(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "12345", "1234567", "12345\x00", "\x00" * 6, "x" * 10_000, "-1", "1.5", "1e9",
     "abcde-fghj", "abcdefghjkm", "abcdefghi0", "⁶⁶⁶⁶⁶", "\ud800" * 6],
)  # fmt: skip
def test_what_is_no_code_is_refused_by_field(typed):
    with pytest.raises(InvalidInput) as refusal:
        normal_code(typed, "otp")
    assert refusal.value.errors[0].field == "otp"


def test_recovery_codes_differ_and_can_be_told_from_each_other_on_paper():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ilo01") & set(ALPHABET)
    assert normal_code(on_paper(codes[0])) == codes[0]


@pytest.mark.parametrize(
    ("agent", "words"),
    [(EDGE, "Edge · Windows"), (WECHAT, "微信 · iPhone"), ("curl/8.1", ""), (None, ""),
     ("\x00" * 10_000, ""), ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Firefox · Linux")],
)  # fmt: skip
def test_a_browser_is_told_in_plain_words(agent, words):
    assert browser_of(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.0/24"), ("::ffff:203.0.113.7", "203.0.113.0/24"),
     ("2001:db8:1:2::3", "2001:db8:1::/48"), ("fe80::1%eth0", "fe80::/48"), ("nonsense", ""),
     (None, "")],
)  # fmt: skip
def test_of_an_address_only_its_network_is_kept(address, network):
    assert masked(address) == network


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [("https://bangfu.example/", "bangfu.example", "https://bangfu.example"),
     ("https://bangfu.example:443", "bangfu.example", "https://bangfu.example"),
     ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000"),
     ("https://bangfu.example:8443/shop", "bangfu.example", "https://bangfu.example:8443")],
)  # fmt: skip
def test_passkeys_belong_to_the_public_address(address, host, origin):
    house = house_of(address, "帮扶集")
    assert (house.host, house.origin) == (host, origin)
