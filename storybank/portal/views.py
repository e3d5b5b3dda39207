"""Pages of the storyteller's room. Everything works without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details import originals
from storybank.portal import reading as mine
from storybank.portal import (
    service,
    views_asks,
    views_corrections,
    views_details,
    views_noticed,
    views_parts,
    views_private,
    views_questions,
    views_readers,
    views_replaced,
    views_stopping,
)
from storybank.portal.views_stopping import NUMBER, STORY
from storybank.stories import drawing, files, reading
from storybank.synthesis import telling

bp = Blueprint(
    "portal",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/my/static",
)
views_asks.add_to(bp)
views_corrections.add_to(bp)
views_details.add_to(bp)
views_noticed.add_to(bp)
views_parts.add_to(bp)
views_private.add_to(bp)
views_questions.add_to(bp)
views_readers.add_to(bp)
views_replaced.add_to(bp)
views_stopping.add_to(bp)
RECEIPT = f"/my/receipts/<{NUMBER}:receipt_id>"


@bp.get("/my")
@uses(Purpose.OWN)
def my_stories(use: Use) -> str:
    """My story with all there is to say of it; where there are several, a card for each."""
    session = web.session()
    stories = mine.my_stories(session, use)
    return web.render(
        "portal/my_stories.html",
        use=use,
        stories=stories,
        story=stories[0] if len(stories) == 1 else None,
        deleted=mine.deleted(session, use),
        heard=telling.heard(session, use.actor.person_id),
    )


@bp.get(f"{STORY}/choices")
@uses(Purpose.OWN)
def my_choices(use: Use, story_id: int) -> str:
    """What I chose for one story, where it has been, and what is planned."""
    story = mine.my_story(web.session(), use, story_id)
    return web.render("portal/my_choices.html", use=use, story=story)


@bp.get(STORY)
@uses(Purpose.OWN)
def my_story(use: Use, story_id: int) -> str:
    """My story as it was written down, and the codes people put on it."""
    session = web.session()
    text = reading.story(session, use, story_id)
    return web.render(
        "portal/my_story.html",
        use=use,
        story=mine.my_story(session, use, story_id),
        body=drawing.body(text),
        noticed=mine.noticed(session, use, story_id, text.version),
        receipts=mine.receipts(session, use, story_id),
        replaced=originals.replaced(session, use, story_id),
        heard=files.to_play(session, use, story_id),
    )


@bp.get(RECEIPT)
@uses(Purpose.OWN)
def receipt(use: Use, receipt_id: int) -> str:
    """A receipt, to read, print or keep."""
    page = mine.my_receipt(web.session(), use, receipt_id)
    return web.render("portal/receipt.html", use=use, page=page, story=page.story)


@bp.get(f"{RECEIPT}.json")
@uses(Purpose.OWN)
def receipt_record(use: Use, receipt_id: int) -> Response:
    """The same receipt as data, with the field names of ISO/IEC TS 27560."""
    answer = jsonify(mine.receipt(web.session(), use, receipt_id).record)
    answer.headers["Content-Disposition"] = f"attachment; filename=receipt-{receipt_id}.json"
    return answer


@bp.post(f"{RECEIPT}/put-back")
@uses(Purpose.OWN)
def put_back(use: Use, receipt_id: int) -> AnyResponse:
    """Undo a stop made by mistake."""
    made = service.put_back(web.session(), use, receipt_id)
    web.say("We put it back. Your choices are as they were.")
    return redirect(url_for("portal.receipt", receipt_id=made.id), 303)
