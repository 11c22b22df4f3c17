"""Campaigns, fairs and matchmaking days, which orders can be tagged with."""
