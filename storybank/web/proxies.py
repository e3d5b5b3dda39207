"""Who a visitor is where proxies stand in front: as the nearest of them says, and nobody else."""

from __future__ import annotations

import re

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

KEY = "storybank.proxies"
PLAIN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
"""The id that a proxy gave a request; anything else could smuggle words into the log."""


def init_proxies(app: Flask, proxies: int) -> None:
    """Believe what so many proxies say of a visitor's address and of https.

    With 0 nobody is believed: whoever sends a request may write what they like into its headers.
    """
    app.extensions[KEY] = proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0
        )


def id_from_proxy(app: Flask) -> str | None:
    """The id that a proxy of ours gave this request; None where there is none, or it is odd."""
    sent = request.headers.get("X-Request-Id", "") if app.extensions.get(KEY) else ""
    return sent if PLAIN_ID.fullmatch(sent) else None
