"""What people are told: an inbox each, mail as they like it, and never in their quiet hours."""
