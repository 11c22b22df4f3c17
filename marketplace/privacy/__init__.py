"""What people may ask of their own data, and how long everything is kept."""
