"""What logins, passwords, delays and ways back may be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.leaked import FILE, MARK_BYTES
from marketplace.accounts.rules.logins import (
    can_be_written_to,
    check_role,
    is_demonstration,
    normal_login,
    normal_name,
)
from marketplace.accounts.rules.passwords import (
    fit_password,
    hash_password,
    matches,
    normal_password,
    use_cheap_hashes,
)
from marketplace.accounts.rules.throttling import LONGEST_DELAY, delay_after, gates_of, network_of
from marketplace.core.errors import InvalidInput


def refused_field(call, *args):
    with pytest.raises(InvalidInput) as refusal:
        call(*args)
    return refusal.value.errors[0].field


@pytest.mark.parametrize("typed", ["Buyer@Demo", "  buyer@demo ", "Ｂｕｙｅｒ＠ｄｅｍｏ"])
def test_a_login_is_one_however_it_is_typed(typed):
    assert normal_login(typed) == "buyer@demo"


def test_full_width_digits_are_the_digits_of_a_login():
    assert normal_login("１３８００００１２３４") == "13800001234"


@given(st.text(max_size=120))
def test_a_normal_login_stays_as_it_is(typed):
    try:
        login = normal_login(typed)
    except InvalidInput:
        return
    assert normal_login(login) == login


@pytest.mark.parametrize(
    "typed", ["", "   ", "a\x00b", "a" * 121, "a" * 10_000, "two words", "\ud800", "ﷺ" * 30]
)
def test_a_login_that_cannot_be_kept_is_refused_by_its_field(typed):
    assert refused_field(normal_login, typed) == "login"


@pytest.mark.parametrize("typed", ["", "王\x00", "王" * 61])
def test_a_name_that_cannot_be_kept_is_refused_by_its_field(typed):
    assert refused_field(normal_name, typed) == "name"


def test_a_role_belongs_to_its_kind_of_organisation():
    check_role("UNIT", "BUYER")
    assert refused_field(check_role, "UNIT", "CASHIER") == "role"
    assert refused_field(check_role, "VILLAGE", "BUYER") == "organisation_kind"


def test_only_a_mail_address_is_written_to():
    assert can_be_written_to("wang@example.org")
    assert not can_be_written_to("buyer@demo")
    assert not can_be_written_to("wang")
    assert is_demonstration("buyer@demo")


@pytest.mark.parametrize(
    "typed",
    ["short", "九个字不够长的密码", "a" * 257, "x" * 10_000, "a\x00bcdefghijk", "aaaaaaaaaaaa",
     "1234567890", "１２３４５６７８９０", "QWERTYuiop", "my wang@example.org"],
)  # fmt: skip
def test_a_password_that_cannot_be_set_is_refused_by_its_field(typed):
    assert refused_field(fit_password, typed, "wang@example.org") == "password"


@pytest.mark.parametrize(
    "typed",
    [
        "qwertyuiop",
        "1Q2w3e4r5t",
        "4815162342",
        "medalofhonor",
        "Mechwarrior",
        "ｑｗｅｒｔｙｕｉｏｐ",
    ],
)
def test_a_password_that_was_stolen_elsewhere_cannot_be_set(typed):
    assert refused_field(fit_password, typed, "wang") == "password"


def test_the_list_of_stolen_passwords_is_whole_and_in_order():
    content = FILE.read_bytes()
    marks = [content[at : at + MARK_BYTES] for at in range(0, len(content), MARK_BYTES)]
    assert len(marks) == 112_130
    assert marks == sorted(set(marks))


@pytest.mark.parametrize(
    "typed",
    ["bangfu@2026", "Bangfu-Market-1", "帮扶集帮扶集12345", "hubei-shiyan-0719", "admin1234567"],
)
def test_words_of_this_shop_and_a_year_are_no_password(typed):
    assert refused_field(fit_password, typed, "wang") == "password"


@pytest.mark.parametrize(
    "typed", ["hubei noodles taste of rain", "a" * 60 + "bcde", "9081726354091"]
)
def test_what_somebody_thought_of_is_a_password(typed):
    assert fit_password(typed, "wang") == typed


def test_ten_chinese_characters_are_a_password():
    assert fit_password("村里的香菇真的很好吃", "wang") == "村里的香菇真的很好吃"


def test_a_password_typed_full_width_is_the_same():
    use_cheap_hashes()
    assert matches(
        hash_password(normal_password("demo-pass-2026")),
        normal_password("ｄｅｍｏ－ｐａｓｓ－２０２６"),
    )


def test_nobody_matches_no_hash():
    use_cheap_hashes()
    assert not matches(None, "nobody has this password")
    assert not matches("not a hash", "anything at all")


def test_delays_grow_and_never_exceed_a_quarter_of_an_hour():
    delays = [delay_after(attempts, 5) for attempts in range(1, 60)]
    assert delays[:6] == [timedelta(0)] * 4 + [timedelta(seconds=30), timedelta(seconds=60)]
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY == timedelta(minutes=15)


def test_a_customer_of_ipv6_is_one_network():
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::3") != network_of("2001:db8:1:3::3")
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of(None) == network_of("nonsense") == "unknown"


def test_gates_are_told_apart_by_purpose_name_and_address():
    keys = {
        gate.key
        for purpose in ("login", "reset")
        for login in ("a", "b")
        for address in ("203.0.113.7", "203.0.113.8")
        for gate in gates_of(purpose, login, address)
    }
    assert len(keys) == 2 * 2 * 2 + 2 * 2


@pytest.mark.parametrize("path", ["/", "/unit/", "/search?q=香菇&next=http://x", "/l/a:b"])
def test_a_page_of_ours_is_a_way_back(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [None, "", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/",
     "/\t/evil.example", "\n//evil.example", "javascript:alert(1)", "evil.example", " //evil",
     "/a\x00b", "/" + "a" * 1000],
)  # fmt: skip
def test_nothing_else_is_a_way_back(path):
    assert own_path(path) is None
