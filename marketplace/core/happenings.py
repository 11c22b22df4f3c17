"""What happened for good: told to whoever counts once the transaction has committed."""

from collections import Counter
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_KEY = "happenings"
Listener = Callable[[str, int], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Asks to be told; asking twice is asking once."""
    if listener not in _listeners:
        _listeners.append(listener)


def happen(session: Session, name: str, times: int = 1) -> None:
    """Notes what happens with this transaction, should it commit."""
    session.info.setdefault(_KEY, Counter())[name] += times


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    # The end of a savepoint is no end: what holds it may still be undone.
    if _KEY in session.info and not session.in_nested_transaction():
        for name, times in session.info.pop(_KEY).items():
            for listener in _listeners:
                listener(name, times)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_KEY, None)
