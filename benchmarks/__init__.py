"""What the marketplace costs: measured beside a ceiling, on this machine, in one run."""
