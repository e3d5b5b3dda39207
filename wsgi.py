"""For a web server: ``gunicorn wsgi:app``. Settings come from the environment (see README)."""

from storybank.app import create_app
from storybank.config import Config

app = create_app(Config.from_environment())
