"""The book of commission: who sold what, why, and what that earned."""
