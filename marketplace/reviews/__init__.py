"""What buyers say of what they bought: never deleted, hidden only for a reason of law."""
