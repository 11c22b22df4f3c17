"""What boards and reports of sessions say."""
