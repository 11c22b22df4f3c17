"""Reads of sessions, offers, plans and links."""
