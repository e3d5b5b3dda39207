"""The web server: gunicorn with threads, one process.

One process keeps the sign-in limits whole and leaves one writer to the search index; a region
that outgrows it moves to a server database.
"""

from __future__ import annotations

import gc
import socket
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from storybank.errors import NotReady
from storybank.wiring import House

KEEPALIVE = 75
"""Seconds that an idle connection is kept open."""


class Server(BaseApplication):
    """Gunicorn, told everything here and nothing from files."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise NotReady(
                f"Port {port} of {host} cannot be used. Choose another with --port or PORT=."
            ) from problem


def run(app: Flask, house: House, host: str, port: int) -> None:
    """Serve until told to stop."""
    _check_free(host, port)
    # Connections opened before the worker is forked must not be shared with it.
    house.engine.dispose()
    # Whatever is there now stays, so that no page waits while it is gone through for rings.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            # Phones in a workshop ask every two seconds, and when they are out of reach every
            # half minute: their connections outlive that.
            "keepalive": KEEPALIVE,
            "timeout": 120,
            "loglevel": "warning",
            "control_socket_disable": True,
            # Said when the door is open, so that whoever reads it can come in.
            "when_ready": lambda server: click.echo(
                f"Storybank is open at http://{host}:{port}  (Ctrl+C closes it)"
            ),
            "post_worker_init": lambda worker: house.runner.start(),
        },
    ).run()
