"""Whether this process is about to end: it answers what it is asked, and wants no more visitors."""

from __future__ import annotations

import threading

from flask import Flask, current_app

KEY = "storybank.closing"


def init_closing(app: Flask) -> None:
    """Open until ``begin_closing`` says otherwise."""
    app.extensions[KEY] = threading.Event()


def begin_closing(app: Flask) -> None:
    """From now on ``/readyz`` sends visitors to another node."""
    app.extensions[KEY].set()


def is_closing() -> bool:
    """Is the process that answers this request about to end?"""
    event: threading.Event = current_app.extensions[KEY]
    return event.is_set()
