"""The list of stories by how far they are checked, and looking through many at once."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details import looking, reading
from storybank.details.measured import INVENTED, in_ten
from storybank.web.jinja import plural

PURPOSES = (Purpose.KEEP, Purpose.STUDY)
"""What a person who checks stories may claim: stewards keep them, researchers study them."""
for_checking = uses(*PURPOSES, arg="purpose")
PER_PAGE = 50


@for_checking
def stories(use: Use, purpose: str) -> str:
    """Every story the use allows, those that nobody checked first."""
    rows = reading.listed(web.session(), use)
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    return web.render(
        "details/stories.html", use=use, rows=rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(rows), number=number, pages=pages,
        unchecked=sum(row.state.checked is None for row in rows),
        unlooked=sum(not row.state.looked and not row.state.looking for row in rows),
        looking=sum(row.state.looking for row in rows), looked=sum(r.state.looked for r in rows),
        found=in_ten(INVENTED.likely),
    )  # fmt: skip


@for_checking
def look_all(use: Use, purpose: str) -> Response:
    """Have the house look through every story that it has not looked through."""
    rows = reading.listed(web.session(), use)
    waiting = [row.story_id for row in rows if not row.state.looked]
    asked = looking.ask(web.session(), use, waiting)
    if asked:
        web.say(f"The house looks through {plural(asked, 'story', 'stories')} now.")
    else:
        web.say("The house has looked through every story, or is at it.", "notice")
    return redirect(url_for("details.stories", purpose=purpose), 303)
