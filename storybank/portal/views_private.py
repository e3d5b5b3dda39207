"""How to keep a visit private: short advice for who shares a phone, a computer or a home."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.people.login import open_to


def add_to(bp: Blueprint) -> None:
    """Give the storyteller's room this page."""
    bp.get("/my/private")(private)


@open_to("anyone")
def private() -> str:
    return web.render("portal/private.html", quick_exit=True)
