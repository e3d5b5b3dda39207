"""Pages of the storyteller's room. Everything works without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput
from storybank.portal import reading as mine
from storybank.portal import service, views_details, views_private, views_readers
from storybank.stories import drawing, reading

bp = Blueprint(
    "portal",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/my/static",
)
views_details.add_to(bp)
views_private.add_to(bp)
views_readers.add_to(bp)
# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
STORY, RECEIPT = f"/my/<{NUMBER}:story_id>", f"/my/receipts/<{NUMBER}:receipt_id>"


@bp.get("/my")
@uses(Purpose.OWN)
def my_stories(use: Use) -> str:
    """My stories, each with its choices and a button to stop each use."""
    stories = mine.my_stories(web.session(), use)
    return web.render("portal/my_stories.html", use=use, stories=stories)


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
    )


@bp.post(f"{STORY}/stop")
@uses(Purpose.OWN)
def stop_one(use: Use, story_id: int) -> AnyResponse:
    """Stop one use, at once."""
    names = {purpose.value: purpose for purpose in EIGHT}
    wanted = request.form.get("use", "")
    if wanted not in names:
        raise BadInput("Go back and choose what to stop.")
    receipt = service.stop(web.session(), use, story_id, [names[wanted]])
    return redirect(url_for("portal.receipt", receipt_id=receipt.id), 303)


@bp.get(f"{STORY}/stop-all")
@uses(Purpose.OWN)
def ask_stop_all(use: Use, story_id: int) -> str:
    """Say what will happen, before everything is stopped."""
    story = mine.my_story(web.session(), use, story_id)
    return web.render("portal/stop_all.html", use=use, story=story)


@bp.post(f"{STORY}/stop-all")
@uses(Purpose.OWN)
def stop_all(use: Use, story_id: int) -> AnyResponse:
    """Stop every use, at once."""
    receipt = service.stop(web.session(), use, story_id, EIGHT)
    return redirect(url_for("portal.receipt", receipt_id=receipt.id), 303)


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
