"""A software authenticator: what a phone or a stick does with passkeys, in Python (WebAuthn 3)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, cast

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.people import send, token_of

ORIGIN = "http://127.0.0.1:8000"
HOST = "127.0.0.1"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Key:
    """One passkey. It signs what it is asked, for the host it was made for."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = b"key-of-the-tests"
    count: int = 0
    host: str = HOST
    origin: str = ORIGIN
    verifies: bool = True

    def make(self, question: dict[str, Any]) -> str:
        """The answer to a question for a new key."""
        numbers = self.private.public_key().public_numbers()
        point = (numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point[0], -3: point[1]})
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + public
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", question["challenge"])
        return self._said(clientDataJSON=client, attestationObject=statement)

    def sign(self, question: dict[str, Any]) -> str:
        """The answer to a question for a known key; each time it counts on."""
        self.count += 1
        data, client = self._data(0), self._client("webauthn.get", question["challenge"])
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        shown = PRESENT | (VERIFIED if self.verifies else 0) | flags
        return hashlib.sha256(self.host.encode()).digest() + bytes([shown]) + self._counted()

    def _counted(self) -> bytes:
        return self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _said(self, **response: bytes) -> str:
        named = text_of(self.credential_id)
        parts = {name: text_of(content) for name, content in response.items()}
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": parts})


def question(client: FlaskClient, path: str) -> dict[str, Any]:
    """What the page's script is given."""
    answer = post(client, path)
    assert answer.status_code == 200, answer.text[-400:]
    assert answer.mimetype == "application/json"
    return cast(dict[str, Any], answer.json)


def post(client: FlaskClient, path: str) -> TestResponse:
    """As the script asks: with the token of the page in a header."""
    token = token_of(client.get("/password/forgotten"))
    return client.post(path, headers={"X-CSRFToken": token})


def register(client: FlaskClient, key: Key, name: str = "办公室电脑") -> TestResponse:
    """Registers a key of whoever is logged in."""
    asked = question(client, "/account/security/passkeys/question")
    path = "/account/security/passkeys"
    return send(client, path, name=name, credential=key.make(asked))
