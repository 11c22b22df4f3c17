"""Figures of sessions, added up from the claims and lines of orders they are made of."""
