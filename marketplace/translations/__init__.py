"""Words of the site in its languages."""
