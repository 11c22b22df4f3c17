"""Budget units, their tree and their headcounts."""
