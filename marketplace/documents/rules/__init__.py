"""What a paper is: its kinds, what it is about, what stands on it, and when it can be had."""
