"""One story with the codings of several coders beside it."""

from __future__ import annotations

from flask import request

from storybank import web
from storybank.agreement.choosing import args, scope
from storybank.agreement.comparing import paragraphs
from storybank.agreement.differences import passages, tallies
from storybank.agreement.gathering import CodedStory, gather
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading


@uses(Purpose.STUDY)
def compare(use: Use, story_id: int) -> str:
    """Two coders or more, side by side; ``?code=`` keeps one code."""
    session = web.session()
    text = reading.story(session, use, story_id)
    asked = scope(story_id)
    material = gather(session, use, asked)
    story = next((one for one in material.stories if one.id == story_id), None)
    codes = codebook.codes_by_id(session)
    code = codes.get(request.args.get("code", 0, web.number))
    if story is None:
        return web.render(
            "agreement/compare.html", use=use, story=text, rows=[], tallies={}, codes=codes,
            code=None, scope=asked, args=args, material=material, coders={}, differing=[],
        )  # fmt: skip
    every = passages(story)
    shown = story
    if code is not None:
        marks = [mark for mark in story.marks if mark.code == code.id]
        shown = CodedStory(story.id, story.version, story.coders, story.kept, marks)
    rows = paragraphs(text, shown)
    return web.render(
        "agreement/compare.html",
        use=use, story=text, rows=rows, codes=codes, code=code, scope=asked, args=args,
        material=material, coders={number: material.coders[number] for number in story.coders},
        tallies=tallies(every), differing=[row.number for row in rows if row.differs],
    )  # fmt: skip
