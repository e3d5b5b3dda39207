"""Pages that are the same for everyone and show no story words."""

from flask import Blueprint, render_template

from storybank.web.access import open_page

bp = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)


def _page(name: str) -> str:
    return render_template(f"web/{name}.html")


@bp.get("/healthz")
@open_page
def healthz() -> tuple[str, dict[str, str]]:
    """Say that the process answers; it asks nothing of the database."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/about")
@open_page
def about() -> str:
    """Say what Storybank is and what it promises."""
    return _page("about")


@bp.get("/help")
@open_page
def help_page() -> str:
    """Say where to get help, with Storybank and with feelings."""
    return _page("help")


@bp.get("/accessibility")
@open_page
def accessibility() -> str:
    """Say what works for whom, what does not yet, and whom to tell."""
    return _page("accessibility")
