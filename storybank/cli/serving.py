"""The web server: gunicorn with threads, in one process, or in several on PostgreSQL.

Each process opens the house for itself, after it was begun: no connection, lock or thread is ever
carried over from another. On SQLite there is one, which leaves one writer to the search index.

It ends gracefully. Told to (SIGTERM), a process of a house on PostgreSQL first says ``closing`` at
``/readyz`` and lets go of each visitor's connection with the answer, so that who stands in front
asks another node; then it takes no more, ends what it was asked, and leaves.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy.exc import SQLAlchemyError

from storybank.errors import NotReady
from storybank.nodes.presence import Presence
from storybank.web import metering
from storybank.web.closing import begin_closing
from storybank.wiring import House

KEEPALIVE = 75
"""Seconds that an idle connection is kept open. Phones in a workshop ask every two seconds, and
when they are out of reach every half minute: their connections outlive that."""
THREADS = 8
GRACE = 30
"""Seconds that a request may still take once the server was told to end."""
MOST_PROCESSES, MOST_THREADS, LONGEST_CLOSING = 64, 64, 60

Opening = Callable[[], tuple[Flask, House]]


@dataclass(frozen=True)
class Serving:
    """How a house is served."""

    host: str
    port: int
    processes: int = 1
    threads: int = THREADS
    closing: float = 0
    """Seconds between saying that it will end and taking no more requests."""


class KindWorker(ThreadWorker):
    """A process that says it is closing before it closes."""

    closing: float = 0

    def handle_exit(self, sig: int, frame: object) -> None:
        """Told to end: at once, or after the others were told."""
        if not self.alive or not self.cfg.keepalive:
            return
        end = super().handle_exit
        if getattr(self, "wsgi", None) is None:
            # It is still coming up, and leaves when it has.
            end(sig, frame)
            return
        # From now on each answer lets go of its connection.
        self.cfg.set("keepalive", 0)
        begin_closing(self.wsgi)
        pause = threading.Timer(self.closing, end, (sig, frame))
        pause.daemon = True
        pause.start()


class Server(BaseApplication):
    """Gunicorn, told everything here and nothing from files."""

    def __init__(self, opening: Opening, options: dict[str, Any]) -> None:
        self.opening = opening
        self.options = options
        self.house: House | None = None
        self.presence: Presence | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called once in each process that serves."""
        app, self.house = self.opening()
        # Whatever is there now stays, so that no page waits while it is gone through for rings.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        return app


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise NotReady(
                f"Port {port} of {host} cannot be used. Choose another with --port or PORT=."
            ) from problem


def run(opening: Opening, how: Serving) -> None:
    """Serve until told to stop. ``opening`` is called in each process that serves."""
    _check_free(how.host, how.port)
    worker = type("Worker", (KindWorker,), {"closing": how.closing})
    counts = tempfile.mkdtemp(prefix="storybank-counts-") if how.processes > 1 else None
    if counts:
        metering.share(counts)
    keeper = os.getpid()

    def began(worker: Any) -> None:
        server.house.runner.start()  # type: ignore[union-attr]
        server.house.index.start()  # type: ignore[union-attr]
        server.presence = server.house.appear("serve")  # type: ignore[union-attr]
        if worker.age == 1:
            # Said when the door is open, so that whoever reads it can come in.
            click.echo(f"Storybank is open at http://{how.host}:{how.port}  (Ctrl+C closes it)")

    def ended(_arbiter: Any, _worker: Any) -> None:
        if server.presence is not None:
            server.presence.end()
        if server.house is not None:
            # What was read a moment ago is still to be written down.
            with suppress(SQLAlchemyError):
                server.house.access.write()
            with suppress(SQLAlchemyError):
                server.house.close()

    options = {
        "bind": f"{how.host}:{how.port}", "workers": how.processes, "threads": how.threads,
        "worker_class": worker, "keepalive": KEEPALIVE, "timeout": 120,
        "graceful_timeout": int(how.closing) + GRACE, "loglevel": "warning",
        "control_socket_disable": True, "post_worker_init": began, "worker_exit": ended,
    }  # fmt: skip
    server = Server(opening, options)
    try:
        server.run()
    finally:
        if counts and os.getpid() == keeper:
            shutil.rmtree(counts, ignore_errors=True)
