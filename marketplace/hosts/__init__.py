"""Hosts who sell by livestream, their agencies, and how both were admitted."""
