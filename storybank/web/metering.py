"""Counts of requests, for a monitor to read: by route, method and answer. No address, no reader."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""
KEY = "storybank.metering"


SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Prometheus' own name for the folder in which several processes count together."""


class Metering:
    """What this process has answered since it began, or all that count in one folder."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "storybank_requests", "Requests answered.", ["endpoint", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "storybank_request_seconds", "How long answers took.", ["endpoint"], buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip

    def counted(self) -> CollectorRegistry:
        """Where the counts are read: those of all processes, whichever of them is asked."""
        folder = os.environ.get(SHARED)
        if not folder:
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together, path=folder)
        return together


def share(folder: str) -> None:
    """Processes that are begun from now on count together, in files of this folder.

    To be called before any application is made.
    """
    os.environ[SHARED] = folder
    values.ValueClass = values.MultiProcessValue()


def init_metering(app: Flask) -> None:
    """Count every request but those for files that never change."""
    app.extensions[KEY] = Metering()
    app.after_request(_count)


def metering() -> Metering:
    """The counts of this application."""
    found: Metering = current_app.extensions[KEY]
    return found


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    if not endpoint.endswith("static"):
        counts = metering()
        counts.answers.labels(endpoint, request.method, f"{response.status_code}").inc()
        counts.seconds.labels(endpoint).observe(time.perf_counter() - g.began)
    return response
