"""One memo with its answers; the memos of a story, for its desk or as a page."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.errors import NotFound
from storybank.memos import links, naming, reading
from storybank.memos.reading import MemoCard, Thread
from storybank.memos.views_page import for_cards, people_to_tell, wants_part
from storybank.stories import reading as stories


@uses(Purpose.STUDY)
def memo(use: Use, memo_id: int) -> str | Response:
    """A memo and what was answered. An answer's page is its place on that of its memo."""
    one = next(iter(reading.cards(web.session(), use, [memo_id])), None)
    if one is not None and one.answers_id is not None:
        page = url_for("memos.memo", memo_id=one.answers_id, _anchor=f"memo-{memo_id}")
        return redirect(page, 303)
    return thread_page(use, memo_id)


def thread_page(
    use: Use,
    root_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: str = "",
    may_stay: bool = False,
    link_typed: str = "",
) -> str:
    """The page of a thread, with what was typed where it could not be kept."""
    session = web.session()
    found = reading.thread(session, use, root_id)
    fresh = naming.unread(session, use, [one.id for one in _all(found)])
    if fresh and request.method == "GET":
        # Looking is noted, in a transaction that may write.
        session.rollback()
        begin_writing(session)
        naming.looked(session, use, fresh)
    leading = reading.cards(session, use, links.leading_to(session, use, memo_id=root_id))
    return web.render(
        "memos/memo.html", **for_cards(use, [*_all(found), *leading]), thread=found,
        fresh=fresh, leading=leading, errors=errors, typed=typed, may_stay=may_stay,
        link_typed=link_typed, people=people_to_tell(use),
    )  # fmt: skip


@uses(Purpose.STUDY)
def part(use: Use, story_id: int) -> str:
    """The memos of a story, each with its place: a part for the desk, or a page of its own."""
    session = web.session()
    title = stories.titles(session, use, [story_id]).get(story_id)
    if title is None:
        raise NotFound("There is no such story here.")
    threads = reading.on_story(session, use, story_id)
    leading = reading.cards(session, use, links.leading_to(session, use, story_id=story_id))
    every = [one for thread in threads for one in _all(thread)]
    return web.render(
        "memos/_part.html" if wants_part() else "memos/on_story.html",
        **for_cards(use, [*every, *leading]), threads=threads, leading=leading,
        story_id=story_id, title=title, level=3 if wants_part() else 2,
    )  # fmt: skip


def _all(thread: Thread) -> list[MemoCard]:
    return [*([thread.root] if thread.root else []), *thread.answers]
