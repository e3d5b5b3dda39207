"""Pages of the codebook. They show no story words: its examples are its own."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.codebook import service
from storybank.people.login import open_to
from storybank.people.rules import Role

bp = Blueprint(
    "codebook",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/codebook/static",
)


@bp.get("/codebook")
@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def codes() -> str:
    """The codebook, family by family."""
    return web.render(
        "codebook/codes.html",
        book=service.current(web.session()),
        families=service.families(web.session()),
    )


@bp.get("/codebook/_about/<key>")
@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def about(key: str) -> str:
    """What one code means, as a part of a page."""
    return web.render("codebook/_about.html", code=service.code(web.session(), key))
