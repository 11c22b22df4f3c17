"""Plans, sessions, links, and to whom a sale belongs."""
