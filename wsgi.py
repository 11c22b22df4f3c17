"""The application, for gunicorn and for `flask --app wsgi`."""

import gc

# What imports make stays: looking through it for rubbish would take a quarter of the start, and
# later make each worker copy what all of them share.
gc.disable()

from marketplace import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
