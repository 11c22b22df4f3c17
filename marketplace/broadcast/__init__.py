"""What is seen of livestreams: boards, statements, reports."""
