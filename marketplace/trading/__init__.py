"""Traders, who sell what others make, and the mandates under which they may."""
