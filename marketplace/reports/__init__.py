"""Accounts given: statements, totals, reconciliation."""
