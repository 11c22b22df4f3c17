"""The line to the gateway leads where the setting says, and nowhere else."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from marketplace.payments.gateways import GatewayAway
from marketplace.payments.gateways.build import open_gateway
from tests.conftest import settings_for


class Elsewhere(ThreadingHTTPServer):
    """Answers every question by naming another address of its own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Leading)
        self.asked: list[str] = []


class _Leading(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(307)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    serving = Thread(target=made.serve_forever, args=(0.05,))
    serving.start()
    yield made
    made.shutdown()
    serving.join()
    made.server_close()


def test_our_key_follows_no_redirect(elsewhere: Elsewhere, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{elsewhere.server_port}"
    settings = settings_for(
        "sqlite://", tmp_path, stripe_secret_key="sk_test_x", stripe_api_base=base
    )
    gateway = open_gateway(settings)
    assert gateway is not None
    with pytest.raises(GatewayAway):
        gateway.read_back("re_1")
    assert elsewhere.asked
    assert not [path for path in elsewhere.asked if "elsewhere" in path]
