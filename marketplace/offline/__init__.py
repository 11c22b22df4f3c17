"""Bought at cabinets, fairs and in villages: filed with its papers, looked at twice, counted."""
