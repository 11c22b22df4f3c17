"""What workshops say they can make, against what they sold."""
