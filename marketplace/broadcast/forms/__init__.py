"""What is asked of reports."""
