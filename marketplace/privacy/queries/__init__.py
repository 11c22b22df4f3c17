"""Reads of privacy: requests, what a person has with us, what is unfinished, what was removed."""
