"""What units state once a year (预留份额填报), and who looked at it."""
