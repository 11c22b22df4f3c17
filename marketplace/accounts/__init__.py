"""People, their passwords, tokens and roles."""
