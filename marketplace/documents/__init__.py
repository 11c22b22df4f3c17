"""Papers as PDF and Excel."""
