"""What an application must say, whose turn it is with one, and what is required of it."""
