"""After the sale: until when something can be asked for, and whose turn it is."""

from datetime import timedelta

# Fresh goods within two days of acceptance, all others within seven; faults that only show later
# until the end of the shelf life, but what was sold is settled with its producer before that.
LONGEST_WINDOW = timedelta(days=7)
