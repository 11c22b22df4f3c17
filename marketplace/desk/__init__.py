"""The operations centre."""
