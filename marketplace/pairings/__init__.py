"""Which unit stands by which village, from when to when."""
