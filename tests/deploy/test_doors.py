"""A node answers other machines by TLS alone."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.structure.house import ROOT

# Says the same to everybody: by what it was asked.
APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.url_scheme"].encode()]
app.extensions = {}
"""
Node = subprocess.Popen[bytes]


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[Callable[..., Node]]:
    (tmp_path / "told.py").write_text(APPLICATION)
    begun: list[Node] = []

    def begin(*words: str, production: str = "1") -> Node:
        conf = str(ROOT / "deploy" / "gunicorn.conf.py")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            conf,
            "--pythonpath",
            str(tmp_path),
        ]
        environ = {**os.environ, "PRODUCTION": production, "WEB_CONCURRENCY": "1"}
        begun.append(
            subprocess.Popen([*command, *words, "told:app"], env=environ, stderr=subprocess.PIPE)
        )
        return begun[-1]

    yield begin
    for node in begun:
        if node.poll() is None:
            node.send_signal(signal.SIGTERM)
        node.communicate()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """One that a node signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    words = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    (tmp_path / "node.crt").write_bytes(made.public_bytes(Encoding.PEM))
    (tmp_path / "node.key").write_bytes(key.private_bytes(*words))
    return str(tmp_path / "node.crt"), str(tmp_path / "node.key")


def ask(address: str, context: ssl.SSLContext | None = None) -> str:
    for _ in range(300):
        with suppress(ConnectionError), urlopen(address, timeout=10, context=context) as answer:
            return str(answer.read().decode())
        time.sleep(0.1)
    raise AssertionError(address)


@pytest.mark.parametrize("door", ["0.0.0.0", "[::]", "10.20.30.40"])
def test_a_node_that_would_answer_a_network_in_the_clear_does_not_start(gunicorn, port, door):
    node = gunicorn("--bind", f"127.0.0.1:{port}", "--bind", f"{door}:{port}")
    _, said = node.communicate(timeout=60)
    assert node.returncode == 1
    assert b"--bind: answers other machines in the clear" in said
    assert b"other-machine.conf" in said


@pytest.mark.slow
def test_a_node_answers_other_machines_by_tls_from_1_2_on(gunicorn, port, certificate):
    crt, key = certificate
    gunicorn("--bind", f"0.0.0.0:{port}", "--certfile", crt, "--keyfile", key)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    context = ssl.create_default_context(cafile=crt)
    assert ask(f"https://localhost:{port}/", context) == "https"
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urlopen(f"https://localhost:{port}/", timeout=10, context=ssl.create_default_context())
    old = ssl.create_default_context(cafile=crt)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError, match=r"(?i)ssl|reset|protocol"):
        urlopen(f"https://localhost:{port}/", timeout=10, context=old)


@pytest.mark.slow
def test_on_the_machine_itself_a_socket_and_loopback_will_do(gunicorn, port, tmp_path):
    door = tmp_path / "web.sock"
    node = gunicorn("--bind", f"127.0.0.1:{port}", "--bind", f"unix:{door}")
    deadline = time.monotonic() + 60
    while not door.exists() and node.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(door))
        line.sendall(b"GET / HTTP/1.0\r\nHost: shop\r\n\r\n")
        with line.makefile("rb") as answer:
            assert answer.read().endswith(b"http")
    assert ask(f"http://127.0.0.1:{port}/") == "http"
