"""Roles and settings: asked for by one, decided by another, and read where they act."""
