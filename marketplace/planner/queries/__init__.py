"""Reads that a plan is made of."""

from marketplace.planner.queries.plan import Plan, list_lines, plan

__all__ = ["Plan", "list_lines", "plan"]
