"""JSON for other systems, version 1."""
