"""Pages on which stories are read whole; a steward's pages of choices are set beside them."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, current_app, request

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import Purpose, Use
from storybank.stories import drawing, files, listing, notes, reading
from storybank.stories.views_choices import change, choices, find, new_choices, receipt, stop
from storybank.stories.views_recordings import (
    HEADINGS,
    bring_recording,
    listen,
    original_file,
    recording,
    recording_away,
    recording_back,
    recording_times,
    room_for_a_recording,
)

bp = Blueprint(
    "stories",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/stories/static",
)
for_reading = uses(Purpose.KEEP, Purpose.MEMBERS, Purpose.REUSE, arg="purpose")
WORDS_A_MINUTE = 200

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
KEPT = f"/stories/keep/<{NUMBER}:story_id>"

bp.get("/stories/keep/find")(find)
bp.get(f"{KEPT}/choices")(choices)
bp.get(f"{KEPT}/choices/new")(new_choices)
bp.post(f"{KEPT}/choices/new")(change)
bp.post(f"{KEPT}/stop")(stop)
bp.get(f"/receipts/<{NUMBER}:receipt_id>")(receipt)

HEARD = f"/stories/<purpose>/<{NUMBER}:story_id>/recording"
bp.url_value_preprocessor(room_for_a_recording)
bp.get(HEARD)(listen)
bp.get(f"{HEARD}/sound")(recording)
bp.post(f"{KEPT}/recording/bring")(bring_recording)
bp.get(f"{KEPT}/recording/away")(recording_away)
bp.post(f"{KEPT}/recording/away")(recording_away)
bp.post(f"{KEPT}/recording/back")(recording_back)
bp.post(f"{KEPT}/recording/times")(recording_times)
bp.get(f"{KEPT}/original")(original_file)


@bp.get("/stories/<purpose>")
@for_reading
def stories(use: Use, purpose: str) -> str:
    """Every story this use allows."""
    page = listing.page_of(web.session(), use, request.args.get("page", 1, type=int))
    return web.render(
        "stories/stories.html", use=use, heading=HEADINGS[use.purpose], page=page,
        steward=use.purpose is Purpose.KEEP, short=SHORT_NAMES,
    )  # fmt: skip


@bp.get(f"/stories/<purpose>/<{NUMBER}:story_id>")
@for_reading
def read(use: Use, purpose: str, story_id: int) -> str:
    """One whole story, for reading."""
    session = web.session()
    story = reading.story(session, use, story_id)
    return web.render(
        "stories/read.html", use=use, story=story, body=drawing.body(story),
        heard=files.to_play(session, use, story_id),
        notes=notes.of(session, use, story_id) if use.purpose is Purpose.KEEP else [],
        heading=HEADINGS[use.purpose], steward=use.purpose is Purpose.KEEP,
        has_details="details.check" in current_app.view_functions,
        has_voices="coding.who" in current_app.view_functions,
        facts=listing.facts(story.attributes),
        minutes=max(1, round(story.word_count / WORDS_A_MINUTE)),
    )  # fmt: skip


@bp.app_template_filter()
def receipt_parts(body: str) -> list[tuple[bool, list[str]]]:
    """A receipt's body in parts: (stands in a list, its lines without the dash)."""
    parts = []
    for paragraph in body.split("\n\n"):
        for in_list, lines in groupby(paragraph.split("\n"), lambda line: line.startswith("- ")):
            parts.append((in_list, [line.removeprefix("- ") for line in lines]))
    return parts
