"""Somebody at a browser who comes over the network, to whichever node; asks as ``Person`` does."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPMessage
from types import SimpleNamespace

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
WAIT = 30.0
"""Seconds until somebody gives up."""


@dataclass(frozen=True)
class Answer:
    """What came back, by the names that Flask's test client has for it."""

    status_code: int
    headers: HTTPMessage
    data: bytes

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))


@dataclass
class Visitor:
    """One browser. ``at`` is the address of a node, and may change between two requests."""

    at: str
    cookies: dict[str, str] = field(default_factory=dict)
    wait: float = WAIT
    token: str = ""
    """Of the forms of whoever is signed in."""

    def sign_in(self, email: str, password: str) -> Visitor:
        answer = self.post("/sign-in", on="/sign-in", email=email, password=password)
        assert answer.status_code == 303, f"could not sign in: {answer.status_code}"
        self.token = ""
        return self

    def elsewhere(self, at: str) -> Visitor:
        """The same browser, at another node."""
        return Visitor(at, self.cookies, self.wait, self.token)

    def get(self, path: str, **query: object) -> Answer:
        return self.ask("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path: str, on: str | None = None, **fields: object) -> Answer:
        """Send a form, with the token of the page it stands ``on``, or the one seen last."""
        if on is not None or not self.token:
            found = TOKEN.search(self.get(on or "/me").text)
            self.token = found[1] if found else ""
        return self.ask("POST", path, {"csrf_token": self.token, **fields})

    def ask(
        self, method: str, path: str, fields: Mapping[str, object] | None = None,
        headers: Mapping[str, str] = {},
    ) -> Answer:  # fmt: skip
        """OSError where no whole answer came."""
        site = urllib.parse.urlsplit(self.at)
        line = HTTPConnection(site.hostname or "", site.port, timeout=self.wait)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if not sent["Cookie"]:
            del sent["Cookie"]
        try:
            line.request(method, path, body, {**sent, "Connection": "close", **headers})
            got = line.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        except HTTPException as broken:
            raise ConnectionError("the connection broke") from broken
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            value = rest.split(";", 1)[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    @property
    def client(self) -> SimpleNamespace:
        return SimpleNamespace(set_cookie=self.cookies.__setitem__)
