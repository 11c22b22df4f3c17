"""Signals for the auditor: what looks odd, on which evidence, and what those concerned say."""
