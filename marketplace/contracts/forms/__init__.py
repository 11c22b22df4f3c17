"""What is typed of contracts, inquiries and answers."""
