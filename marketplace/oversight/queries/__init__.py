"""Finders, one a kind; what was found; versions of thresholds and what another would find."""
