"""From basket to completion."""
