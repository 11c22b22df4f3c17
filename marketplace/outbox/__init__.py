"""Messages and jobs that must not be lost."""
