"""Kinds of signals with their thresholds, flags as they are found, and who may do what."""
