"""Verbs of hosts and agencies."""
