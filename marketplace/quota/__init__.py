"""What counts towards a unit's year, and by which rule."""
