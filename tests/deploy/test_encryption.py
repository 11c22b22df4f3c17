"""In production nothing leaves the machine in the clear, or goes to whoever answers there."""

from pathlib import Path

import pytest

from config import WrongSetting, read
from marketplace.accounts.gateways.calls import require_host
from marketplace.accounts.gateways.shapes import OutsideRefused

VERIFIED = "postgresql://bangfu@db.internal/bangfu?sslmode=verify-full&sslrootcert=/ca.crt"
LINES = {
    "DATABASE_URL": (
        [
            "postgresql://bangfu:secret@database/bangfu",
            "postgresql://bangfu@10.0.0.5/bangfu?sslmode=require",
            "postgresql://bangfu@db.internal/bangfu?sslmode=verify-ca",
            "postgresql://bangfu@db.internal/bangfu?sslmode=verify-full&sslmode=disable",
            "postgresql://bangfu@/bangfu?host=/var/run/postgresql&host=db.internal",
            "postgresql://bangfu@/bangfu?host=/var/run/postgresql,db.internal",
            "postgresql://bangfu@127.0.0.1/bangfu?hostaddr=10.0.0.5",
            "postgresql:///bangfu?service=shop",
        ],
        [
            VERIFIED,
            "postgres://bangfu@127.0.0.1:5433/bangfu",
            "postgresql://bangfu@[::1]/bangfu",
            "postgresql://bangfu@localhost/bangfu",
            "postgresql://bangfu@/bangfu?host=/var/run/postgresql",
            "postgresql:///bangfu",
            "sqlite:////var/lib/bangfu/market.sqlite",
        ],
    ),
    "REPORTS_DATABASE_URL": (["postgresql://bangfu@standby/bangfu"], [VERIFIED]),
    "REDIS_URL": (
        [
            "redis://redis:6379/0",
            "rediss://redis.internal:6379/0?ssl_cert_reqs=none",
            "rediss://redis.internal:6379/0?ssl_cert_reqs=OPTIONAL",
            "rediss://redis.internal:6379/0?ssl_check_hostname=False",
        ],
        [
            "rediss://redis.internal:6379/0?ssl_ca_certs=/ca.crt",
            "redis://127.0.0.1:6379/0",
            "unix:///run/redis/redis.sock",
        ],
    ),
    "VIRUS_SCANNER": (
        ["tcp://clamav:3310"],
        ["tcp://127.0.0.1:3310", "unix:/run/clamav/clamd.ctl"],
    ),
    "STRIPE_API_BASE": (
        ["http://api.stripe.example"],
        ["https://api.stripe.example", "http://127.0.0.1:9"],
    ),
    "PUBLIC_URL": (["http://shop.example.cn"], ["https://shop.example.cn", ""]),
}
WRONG = [(name, url) for name, (wrong, _right) in LINES.items() for url in wrong]
RIGHT = [(name, url) for name, (_wrong, right) in LINES.items() for url in right]


@pytest.fixture
def ground(tmp_path: Path) -> dict[str, str]:
    return {"PRODUCTION": "1", "SECRET_KEY": "k" * 40, "INSTANCE": str(tmp_path)}


@pytest.mark.parametrize(("name", "url"), WRONG)
def test_a_line_in_the_clear_is_refused_by_its_setting_and_says_the_way_out(ground, name, url):
    with pytest.raises(WrongSetting, match=rf"^{name}: ") as refused:
        read({**ground, name: url})
    # What stands in the address may be a password.
    assert "secret" not in str(refused.value)
    assert any(word in str(refused.value) for word in ("add ", "use ", "begin with", "must not"))
    # A trial on somebody's own machine is not asked for certificates.
    assert read({**ground, "PRODUCTION": "0", name: url})


@pytest.mark.parametrize(("name", "url"), RIGHT)
def test_what_is_proved_or_stays_on_the_machine_will_do(ground, name, url):
    assert read({**ground, name: url})


def test_what_libpq_reads_by_itself_counts_too(ground):
    open_line = {**ground, "DATABASE_URL": "postgresql:///bangfu", "PGHOST": "db.internal"}
    here = {"DATABASE_URL": "postgresql://bangfu@localhost/bangfu"}
    for wrong in (open_line, {**ground, **here, "PGHOSTADDR": "10.0.0.5"}):
        with pytest.raises(WrongSetting, match="DATABASE_URL"):
            read(wrong)
    assert read({**open_line, "PGSSLMODE": "verify-full"})


@pytest.mark.parametrize("address", ["http://id.bureau.example/token", "http:///token", "token"])
def test_another_house_is_not_asked_in_the_clear_even_where_it_says_so_itself(address):
    """The client's secret goes to the endpoint that the issuer publishes."""
    hosts = {"id.bureau.example", ""}
    with pytest.raises(OutsideRefused):
        require_host(address, hosts)
    assert require_host("https://id.bureau.example/token", hosts)
