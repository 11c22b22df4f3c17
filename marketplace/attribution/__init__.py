"""Which village, unit, producer and host a sale belongs to."""
