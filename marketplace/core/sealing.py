"""Words that stand in the database sealed: whoever takes the database alone cannot read them."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _derived(secret: str, purpose: bytes) -> bytes:
    """A key of its own for each purpose, so that none of them says anything of another."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def _fernet(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(_derived(secret, b"bangfu households: seal")))


# Every token of Fernet begins with its version and the first bytes of the time: nothing that people
# type is so long and begins like this.
BEGINNING = "gAAAA"
SHORTEST = 100


def is_sealed(held: str | bytes) -> bool:
    """Whether it is sealed, with whatever key; else it stands in the clear."""
    beginning = BEGINNING.encode() if isinstance(held, bytes) else BEGINNING
    return len(held) >= SHORTEST and held.startswith(beginning)  # type: ignore[arg-type]


class Sealer:
    """Seals and opens words with a key derived from a secret that the database does not hold.

    What a former secret sealed is opened too, until it was sealed anew. Marks stay those of one
    secret, or nobody would be found again by them: its own, where one is given.
    """

    def __init__(self, secret: str, former: str | None = None, marking: str | None = None) -> None:
        self._fernet = MultiFernet([_fernet(one) for one in (secret, former) if one])
        self._marking = _derived(marking or secret, b"bangfu households: mark")

    def seal(self, words: str) -> str:
        return self.seal_bytes(words.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def open(self, sealed: str) -> str | None:
        """The words; None where they were sealed with another secret, or changed since."""
        opened = self.open_bytes(sealed.encode())
        return opened.decode() if opened is not None else None

    def open_bytes(self, sealed: bytes) -> bytes | None:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return None

    def again(self, sealed: bytes) -> bytes | None:
        """The same, sealed with the secret of now; None where it cannot be opened."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            return None

    def mark(self, words: str) -> str:
        """The same mark for the same words, which nobody can find again without the secret."""
        return hmac.new(self._marking, words.encode(), sha256).hexdigest()
