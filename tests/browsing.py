"""Somebody at a real server, over HTTP: cookies kept, forms sent, redirections only looked at."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode

from crawling import TOKEN
from factories import PASSWORD


class Browser:
    """``Browser(port, email)`` signs in; without an address it is a visitor."""

    def __init__(self, port: int, email: str | None = None) -> None:
        self.root = f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        proxies = urllib.request.ProxyHandler({})
        self.opener = urllib.request.build_opener(cookies, proxies, _StayHere)
        if email:
            answer = self.post("/sign-in", on="/sign-in", email=email, password=PASSWORD)
            assert answer == 303, "could not sign in"

    def get(self, path: str) -> str:
        with self.opener.open(self.root + path, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, on: str, **fields: object) -> int:
        """Send a form with the token of the page it stands ``on``; the answer's status."""
        token = TOKEN.search(self.get(on))
        data = {"csrf_token": token[1] if token else "", **fields}
        try:
            with self.opener.open(self.root + path, urlencode(data).encode(), 60) as answer:
                return int(answer.status)
        except HTTPError as other:
            with other:
                return other.code

    def visits(self, path: str, most: int) -> Iterator[int]:
        """Come to a page again and again, as somebody does who waits for something."""
        for number in range(most):
            self.get(path)
            yield number


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None
