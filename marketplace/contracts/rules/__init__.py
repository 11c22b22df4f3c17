"""States of contracts and inquiries, who does what, and the sums that must hold."""
