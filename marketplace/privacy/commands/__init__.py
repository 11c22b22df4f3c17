"""Verbs of privacy: ask for a copy, ask to be forgotten, take it back; and the jobs behind them."""
