"""The ways money can come in, each behind the same Protocol."""
