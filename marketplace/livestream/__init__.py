"""Sessions, what is offered in them for which commission, and the links that lead to it."""
