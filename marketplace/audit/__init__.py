"""Who did what to which, in a chain nobody can rewrite unseen."""
