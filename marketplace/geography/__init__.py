"""Townships and villages by their statistical codes."""
