"""What the person did: undoing it, doing it again, and the list of it."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding.views_desk import Page, back_to, elsewhere, turn_of, undoers, wants_part
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading
from storybank.undoing import service as undoing

SHOWN = 50
BACK = {
    "acts": "coding.acts", "memos": "memos.memos", "codebook": "codebook.codes",
    "queries": "analysis.queries", "together": "agreement.rounds",
    "frameworks": "analysis.frameworks", "sample": "suggest.sample",
    "suggestions": "suggest.read_together",
    "help": "suggest.codebook_help",
}  # fmt: skip
"""Pages that an act may come from, and lead back to."""


@uses(Purpose.STUDY)
def acts(use: Use) -> str:
    """What this person did last and can still undo, the newest first."""
    session = web.session()
    every = undoing.recent(session, use, SHOWN)
    numbers = sorted({act.story_id for act in every if act.story_id is not None})
    return web.render(
        "coding/acts.html",
        use=use,
        lines=[(act, undoers()[act.kind].says(act)) for act in every if act.kind in undoers()],
        titles=reading.titles(session, use, numbers),
        limit=SHOWN,
        turn=turn_of(use),
    )


@uses(Purpose.STUDY)
def undo(use: Use) -> Page:
    """Undo what the person did last, wherever that was."""
    done = undoing.undo(web.session(), use, undoers())
    if done is None:
        web.say("There is nothing to undo.", "notice")
        return _nothing()
    again = url_for("coding.redo")
    web.say(f"Undone: {done.sentence}", undo=again, fields=_from(), label="Do it again")
    return _after(use, done)


@uses(Purpose.STUDY)
def redo(use: Use) -> Page:
    """Do again what the person undid last."""
    done = undoing.redo(web.session(), use, undoers())
    if done is None:
        web.say("There is nothing to do again.", "notice")
        return _nothing()
    web.say(f"Done again: {done.sentence}", undo=url_for("coding.undo"), fields=_from())
    return _after(use, done)


def _after(use: Use, done: undoing.Done) -> Page:
    """Lead to what looks different now."""
    if request.form.get("back") in BACK:
        return _back()
    if done.story_id is None:
        return _here() or elsewhere(url_for("coding.stories"))
    if wants_part() and request.form.get("story", type=int) != done.story_id:
        return elsewhere(url_for("coding.desk", story_id=done.story_id))
    return back_to(use, done.story_id, done.places)


def _from() -> dict[str, str | int]:
    """Where an act came from, for what is done about it next."""
    came = request.form.get("back", "")
    if came not in BACK:
        return {}
    memo_id, key = request.form.get("memo", 0, web.number), request.form.get("key", "")[:50]
    return {"back": came} | ({"memo": memo_id} if memo_id else {}) | ({"key": key} if key else {})


def _nothing() -> Page:
    if request.form.get("back") in BACK:
        return _back()
    return _here() or elsewhere(url_for("coding.stories"))


def _back() -> Page:
    """The page of another kind that an act came from, at its place there."""
    came = _from()
    if came.get("memo") and came["back"] == "memos":
        return elsewhere(url_for("memos.memo", memo_id=came["memo"]))
    return elsewhere(
        url_for(BACK[str(came["back"])], _anchor=str(came["key"]) if "key" in came else None)
    )


def _here() -> Page | None:
    """The desk that is open, as it stands now."""
    story_id = request.form.get("story", type=int)
    if story_id is None or not wants_part():
        return None
    return elsewhere(url_for("coding.desk", story_id=story_id))
