"""Verbs of signals: look, replay, publish; ask, answer, close, reopen."""

from marketplace.oversight.commands.look import (
    LOOK_JOB,
    begin_look,
    look,
    look_back,
    look_on,
)
from marketplace.oversight.commands.publish import publish_thresholds
from marketplace.oversight.commands.replay import replay
from marketplace.oversight.commands.steps import (
    answer_signal,
    ask_about,
    close_signal,
    reopen_signal,
)

__all__ = [
    "LOOK_JOB",
    "answer_signal",
    "ask_about",
    "begin_look",
    "close_signal",
    "look",
    "look_back",
    "look_on",
    "publish_thresholds",
    "reopen_signal",
    "replay",
]
