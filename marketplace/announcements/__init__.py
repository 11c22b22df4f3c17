"""What a county announces: to everyone, or to units, producers or hosts alone."""
