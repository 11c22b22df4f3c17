"""The demonstration county and synthetic loads: made up from a seed, with books that hold."""
