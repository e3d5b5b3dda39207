"""Protection of every form against being sent from another site."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

from storybank.config import Config

# A pasted story of 20,000 words is about 120 kB; an uploaded document may be far larger.
LARGEST_REQUEST = 16 * 1024 * 1024
LARGEST_TEXT = 4 * 1024 * 1024
LARGEST_NUMBER = 2**31 - 1
"""What every database can hold as a number of one of our rows."""


def number(typed: str) -> int:
    """Return the number of a row as a form sent it; give it as ``type`` to ``form.get``.

    Raises ValueError for what is no number, or one that no database could hold.
    """
    found = int(typed)
    if abs(found) > LARGEST_NUMBER:
        raise ValueError("too large a number")
    return found


def csrf_field() -> Markup:
    """Return the hidden input that every form sent by POST must hold."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def init_forms(app: Flask, config: Config) -> None:
    """Turn the protection on for all views and bound what one request may carry."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="storybank",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        # People may need a day to fill in a form: the token lives as long as the sign-in.
        WTF_CSRF_TIME_LIMIT=None,
        # We ask browsers to send no referrer, so there is none to compare.
        WTF_CSRF_SSL_STRICT=False,
    )
    CSRFProtect(app)
