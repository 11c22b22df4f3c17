"""What is typed of plans, sessions and a county's rule."""
