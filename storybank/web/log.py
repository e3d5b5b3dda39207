"""One log line a request: which route, which answer, how long. Never what was asked or said.

The route's rule is logged (`/stories/<int:story_id>`), never the address itself; no query
string, no form value, no address of the reader.
"""

import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, request

from storybank.config import node_name
from storybank.web.proxies import id_from_proxy

_Raised = tuple[type, BaseException, TracebackType] | tuple[None, None, None]

_PACKAGE = str(Path(__file__).parents[1])

log = structlog.get_logger("storybank.web")


def init_log(app: Flask) -> None:
    """Give each request an id, log its end, and log faults without the words in them."""
    configure()
    app.before_request(_begin)
    app.after_request(_end)
    # Flask would log the address and the message of the error; either may quote a story.
    app.log_exception = _fault  # type: ignore[method-assign]


def _begin() -> None:
    g.request_id = id_from_proxy(current_app) or uuid4().hex
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if (request.endpoint or "").endswith(".static"):
        return response
    log.info(
        "request",
        request_id=g.request_id,
        endpoint=request.endpoint,
        rule=request.url_rule.rule if request.url_rule else None,
        method=request.method,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
    )
    return response


def _fault(exc_info: _Raised) -> None:
    """Log the kind of an error and where it arose: no message, no values, no source lines."""
    kind, _, trace = exc_info
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames[:-1] if frame.filename.startswith(_PACKAGE)]
    log.error(
        "fault",
        request_id=g.get("request_id"),
        endpoint=request.endpoint,
        error=f"{kind.__module__}.{kind.__qualname__}" if kind else None,
        where=[f"{one.filename}:{one.lineno} {one.name}" for one in ours + frames[-1:]],
    )


def configure() -> None:
    """Write log lines to standard error, as JSON, each with the name of this machine."""
    if structlog.is_configured():
        return
    node = node_name()

    def name_node(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Any:
        return {"node": node, **line}

    structlog.configure(
        processors=[
            name_node,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        # Looked up at each line: standard error may be replaced while we run.
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
    )
