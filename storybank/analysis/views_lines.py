"""Pictures along a line: when codings were made, and where in a story each code lies."""

from __future__ import annotations

from flask import request

from storybank import web
from storybank.analysis import code_line, timeline
from storybank.analysis.code_line import CodeLine
from storybank.analysis.views_pictures import Page, page, what_was_asked
from storybank.coding.showing import shelf_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading
from storybank.web.tables import FILES, file_of

A_PAGE = 12


@uses(Purpose.STUDY)
def over_time(use: Use) -> Page:
    """How much was coded when, and by whom."""
    what = what_was_asked(use, facts=False)
    found = timeline.timeline(web.session(), use, what.chosen)
    table = timeline.as_table(found, what.coders)
    most = max((max(counts) for counts in found.counts.values()), default=0)
    return page("timeline", use, what, table, found=found, most=most, said=timeline.said)


@uses(Purpose.STUDY)
def code_lines(use: Use) -> Page:
    """Every coded story with a small code line."""
    session = web.session()
    every = code_line.coded_stories(session, use)
    pages = max(1, -(-len(every) // A_PAGE))
    number = min(max(1, request.args.get("page", 1, int)), pages)
    ids = every[(number - 1) * A_PAGE : number * A_PAGE]
    found = code_line.code_lines(session, use, ids)
    return web.render(
        "analysis/code_lines.html", use=use, shelf=shelf_of(session), page=number, pages=pages,
        count=len(every), lines=[found[story] for story in ids if story in found],
        titles=reading.titles(session, use, ids),
    )  # fmt: skip


@uses(Purpose.STUDY)
def story_line(use: Use, story_id: int) -> Page:
    """One story's code line."""
    session = web.session()
    story = reading.story(session, use, story_id)
    shelf = shelf_of(session)
    found = code_line.code_lines(session, use, [story_id]).get(story_id)
    line = found or CodeLine(story_id, len(story.text), ())
    table = code_line.as_table(line, shelf)
    if request.args.get("as") in FILES:
        return file_of(f"code-line-{story_id}", table)
    starts = [block.start for block in story.blocks]
    return web.render(
        "analysis/code_line.html", use=use, shelf=shelf, line=line, table=table, story=story,
        starts=starts,
    )  # fmt: skip
