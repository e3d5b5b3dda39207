"""Pages on which files are brought, looked at, taken in and, if need be, taken out again."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import Conflict
from storybank.intake import scanned
from storybank.intake.rules import UNTITLED
from storybank.people.login import may_be_signed_in
from storybank.receiving import choosing, gathering, lists_shown, reporting, undoing, working
from storybank.receiving import intakes as brought_in
from storybank.receiving.models import Intake
from storybank.receiving.rules import Outcome, Stage
from storybank.receiving.views_choosing import choices, choose, item_choices, item_choose
from storybank.receiving.views_items import (
    back,
    encoding,
    item,
    join,
    leave_out,
    part,
    split,
    take_one,
    title,
    who,
)
from storybank.receiving.views_mapping import (
    drop_mapping,
    map_columns,
    mappings,
    put_mapping_back,
    say_columns,
)

bp = Blueprint(
    "receiving", __name__, template_folder="templates", static_folder="static",
    static_url_path="/receiving/static",
)  # fmt: skip

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
ONE = f"/take-in/<{NUMBER}:intake_id>"
ITEM = f"{ONE}/<{NUMBER}:waiting_id>"
COLUMNS = f"{ONE}/files/<{NUMBER}:file_id>/columns"
BRING = "receiving.brought"
MOST_SENT = 256 * 1024 * 1024
"""Bytes of all the files that one form may send."""
MOST_FILES = 1_000
PASTED = "pasted.txt"
"""What words are called that were pasted in."""
REPORTED = 200
"""Rows of a report on one page."""

bp.get(f"{ONE}/choices")(choices)
bp.post(f"{ONE}/choices")(choose)
bp.get(ITEM)(item)
bp.get(f"{ITEM}/choices")(item_choices)
bp.post(f"{ITEM}/choices")(item_choose)
bp.post(f"{ITEM}/title")(title)
bp.post(f"{ITEM}/who")(who)
bp.post(f"{ITEM}/encoding")(encoding)
bp.post(f"{ITEM}/split")(split)
bp.post(f"{ITEM}/join")(join)
bp.post(f"{ITEM}/part")(part)
bp.post(f"{ITEM}/leave-out")(leave_out)
bp.post(f"{ITEM}/back")(back)
bp.post(f"{ITEM}/take")(take_one)
bp.get(COLUMNS, endpoint="map")(map_columns)
bp.post(COLUMNS, endpoint="mapped")(say_columns)
bp.get("/take-in/mappings")(mappings)
bp.post(f"/take-in/mappings/<{NUMBER}:mapping_id>/drop")(drop_mapping)
bp.post(f"/take-in/mappings/<{NUMBER}:mapping_id>/back")(put_mapping_back)


@bp.url_value_preprocessor
def room_for_files(endpoint: str | None, values: object) -> None:
    """Let many files come at once, where somebody is signed in."""
    if endpoint == BRING and may_be_signed_in():
        request.max_content_length = MOST_SENT
        request.max_form_parts = MOST_FILES + 50


@bp.get("/take-in/files")
@uses(Purpose.TAKE_IN)
def bring(use: Use) -> str:
    """Choose files, a zip or a folder."""
    return web.render("receiving/bring.html", errors={}, reads_pictures=scanned.can_read())


@bp.post("/take-in/files")
@uses(Purpose.TAKE_IN)
def brought(use: Use) -> Answer | tuple[str, int]:
    """Keep the files, sealed, and have them read."""
    sent = [
        one for name in ("files", "folder", "upload") for one in request.files.getlist(name)
        if one.filename
    ]  # fmt: skip
    pasted = request.form.get("text", "").strip()
    if not sent and not pasted:
        problem = "Choose one file or more."
    elif len(sent) > MOST_FILES:
        problem = f"Bring at most {MOST_FILES:,} files at once, or put them in a zip."
    else:
        session = web.session()
        kept = bool(request.form.get("keep_originals"))
        pictures = bool(request.form.get("by_machine"))
        intake = gathering.begin(session, use, "page", keep_originals=kept)
        for one in sent:
            gathering.add_file(session, intake, one.filename or "", one.stream, by_machine=pictures)
        if pasted:
            words = BytesIO(pasted.encode("utf-8", "replace"))
            gathering.add_file(session, intake, PASTED, words)
        gathering.promise_reading(session, intake)
        return redirect(url_for("receiving.intake", intake_id=intake.id), 303)
    errors = {"files": problem}
    reads = scanned.can_read()
    return web.render("receiving/bring.html", errors=errors, reads_pictures=reads), 422


@bp.get("/take-in/intakes")
@uses(Purpose.TAKE_IN)
def intakes(use: Use) -> str:
    """All that was brought, the newest first."""
    page, most = _page(), lists_shown.A_PAGE
    found = brought_in.newest(web.session(), (page - 1) * most, most + 1)
    return web.render(
        "receiving/intakes.html", intakes=found[:most], page=page, more=len(found) > most
    )


@bp.get(ONE)
@uses(Purpose.TAKE_IN)
def intake(use: Use, intake_id: int) -> str:
    """How far an intake is, and what is in it."""
    session = web.session()
    found = lists_shown.intake(session, intake_id)
    wanted = request.args.get("only", "")
    status = Outcome(wanted) if wanted in set(Outcome) else None
    page = _page()
    rows, pages = lists_shown.rows(session, intake_id, status, page)
    return web.render(
        "receiving/intake.html", rows=rows, page=page, pages=pages, only=status,
        chosen=found.choices is not None, outcomes=tuple(Outcome), untitled=UNTITLED,
        **_state(found),
    )  # fmt: skip


@bp.get(f"{ONE}/_progress")
@uses(Purpose.TAKE_IN)
def poll(use: Use, intake_id: int) -> str:
    """The part of the page that says how far it is; it asks again while something goes on."""
    return web.render(
        "receiving/_progress.html", polled=True,
        **_state(lists_shown.intake(web.session(), intake_id)),
    )  # fmt: skip


@bp.post(f"{ONE}/take")
@uses(Purpose.TAKE_IN)
def take(use: Use, intake_id: int) -> Answer:
    """Have all that is ready be taken in."""
    session = web.session()
    found = gathering.hold(session, intake_id)
    if found.status not in (Stage.LOOKING, Stage.DONE, Stage.PAUSED):
        raise Conflict("Wait until the files are read.")
    if found.choices is None:
        web.say(choosing.NOT_CHOSEN, "notice")
        return redirect(url_for("receiving.choices", intake_id=intake_id), 303)
    working.promise_taking(session, use.actor, found)
    return _to(intake_id)


@bp.post(f"{ONE}/pause")
@uses(Purpose.TAKE_IN)
def pause(use: Use, intake_id: int) -> Answer:
    """Stop after the one that is at work."""
    working.pause(web.session(), intake_id)
    web.say("Stopped. What was taken in stays. Go on when you are ready.")
    return _to(intake_id)


@bp.post(f"{ONE}/go-on")
@uses(Purpose.TAKE_IN)
def go_on(use: Use, intake_id: int) -> Answer:
    """Go on where it was stopped."""
    working.go_on(web.session(), use.actor, intake_id)
    return _to(intake_id)


@bp.get(f"{ONE}/report")
@uses(Purpose.TAKE_IN)
def report(use: Use, intake_id: int) -> str:
    """What became of every file."""
    session = web.session()
    found = lists_shown.intake(session, intake_id)
    page, most = _page(), REPORTED
    rows = list(reporting.rows(session, intake_id, (page - 1) * most, most))
    state = _state(found)
    pages = max(1, -(-state["progress"].total // most))
    return web.render("receiving/report.html", rows=rows, page=page, pages=pages, **state)


@bp.get(f"{ONE}/report.csv")
@uses(Purpose.TAKE_IN)
def report_csv(use: Use, intake_id: int) -> Response:
    """The same for a spreadsheet."""
    session = web.session()
    lists_shown.intake(session, intake_id)
    made = reporting.table(session, intake_id).as_csv
    answer = Response(made.encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=intake-{intake_id}.csv"
    return answer


@bp.get(f"{ONE}/undo")
@uses(Purpose.TAKE_IN)
def undo_page(use: Use, intake_id: int) -> str:
    """What would go, and what can not, before anything does."""
    session = web.session()
    found = lists_shown.intake(session, intake_id)
    return web.render(
        "receiving/undo.html", goes=undoing.what_goes(session, intake_id), **_state(found)
    )


@bp.post(f"{ONE}/undo")
@uses(Purpose.TAKE_IN)
def undo(use: Use, intake_id: int) -> Answer | tuple[str, int]:
    """Take every story of an intake out again."""
    session = web.session()
    found = lists_shown.intake(session, intake_id)
    if request.form.get("sure") != "yes":
        errors = {"sure": "Tick that you are sure."}
        goes = undoing.what_goes(session, intake_id)
        return web.render("receiving/undo.html", goes=goes, errors=errors, **_state(found)), 422
    undone = undoing.undo(session, use.actor, intake_id)
    web.say(f"Taken out again: {_stories(len(undone.stories) + undone.left)}.")
    if undone.kept:
        web.say(f"{_stories(len(undone.kept))} stayed, as somebody worked on them.", "notice")
    return _to(intake_id)


def _stories(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories:,} stories"


def _state(found: Intake) -> dict[str, Any]:
    stage = Stage(found.status)
    return {
        "intake": found, "stage": stage,
        "busy": stage in (Stage.READING, Stage.TAKING, Stage.UNDOING),
        "progress": working.progress(web.session(), found.id),
    }  # fmt: skip


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=web.number), 100_000))


def _to(intake_id: int) -> Answer:
    return redirect(url_for("receiving.intake", intake_id=intake_id), 303)
