"""The cockpit of the operations centre: what is to be done today, and whom to bring together."""
