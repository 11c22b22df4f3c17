"""Verbs of sessions, offers, plans and links."""
