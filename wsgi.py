"""The application, for gunicorn and for `flask --app wsgi`."""

import gc

# What imports make stays; looking through it for rubbish takes a fifth of the start.
gc.disable()

from marketplace import create_app  # noqa: E402

app = create_app()
gc.enable()
