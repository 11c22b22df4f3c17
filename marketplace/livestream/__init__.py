"""Hosts and what is sold through them."""
