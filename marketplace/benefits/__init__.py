"""What households received from producers: wages, dividends, purchase slips; never by name."""
