"""For a web server: ``gunicorn wsgi:app``. Settings come from the environment (see README)."""

from storybank.app import create_app

app = create_app()
