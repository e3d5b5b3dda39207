"""Making a code at the desk, from words that are selected there."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding import new_codes
from storybank.coding.showing import places_of
from storybank.coding.views_desk import Page, changed, on_purpose, place_sent
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use


@uses(Purpose.STUDY)
def put_new(use: Use, story_id: int) -> Page:
    """Add a code to the codebook and put it on the selected words."""
    form = request.form
    place, quote = place_sent(story_id)
    code, made = new_codes.put_new(
        web.session(), use, place, form.get("name", ""), form.get("family", ""),
        definition=form.get("definition", ""), quote=quote, on_purpose=on_purpose(),
    )  # fmt: skip
    web.say(f"“{code.name}” is in the codebook and put on.", undo=url_for("coding.undo"))
    return changed(use, story_id, places_of(made), codebook=True)
