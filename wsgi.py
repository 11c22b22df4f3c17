"""The application, for gunicorn and for `flask --app wsgi`."""

from marketplace import create_app

app = create_app()
