"""Pages on which a steward writes down what the storytellers of an intake chose."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import Conflict
from storybank.intake.words_form import AGES, ROLES, WROTE
from storybank.receiving import choosing, deciding, gathering, lists_shown, reading
from storybank.receiving.choosing import Chosen
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.rules import Outcome, Stage
from storybank.stories.choices_asked import asked


@uses(Purpose.TAKE_IN)
def choices(use: Use, intake_id: int) -> str:
    """The form for all those of an intake, as it was filled in last."""
    session = web.session()
    intake = lists_shown.intake(session, intake_id)
    return _form(intake, None, choosing.of_intake(session, intake) or Chosen())


@uses(Purpose.TAKE_IN)
def choose(use: Use, intake_id: int) -> Response | tuple[str, int]:
    """Keep what was chosen for all of them."""
    session = web.session()
    intake = gathering.hold(session, intake_id)
    if intake.status == Stage.UNDONE:
        raise Conflict(deciding.NOT_NOW)
    before = choosing.of_intake(session, intake)
    chosen = Chosen.sent(
        request.form, request.files.get("evidence_file"), by_rows=_by_rows(intake), before=before
    )
    if chosen.errors:
        return _form(intake, None, chosen), 422
    choosing.keep(session, intake, chosen)
    web.say("Kept. It counts for every story here that has no choices of its own.")
    return redirect(url_for("receiving.intake", intake_id=intake_id), 303)


@uses(Purpose.TAKE_IN)
def item_choices(use: Use, intake_id: int, waiting_id: int) -> str:
    """The form for one story alone; it begins with what was said for all."""
    session = web.session()
    intake = lists_shown.intake(session, intake_id)
    item = lists_shown.item(session, intake_id, waiting_id)
    deciding.check_open(intake, item)
    own = choosing.of_item(session, item)
    return _form(intake, item, own or choosing.of_intake(session, intake) or Chosen())


@uses(Purpose.TAKE_IN)
def item_choose(use: Use, intake_id: int, waiting_id: int) -> Response | tuple[str, int]:
    """Keep the choices of one story, or let those of all count again."""
    session = web.session()
    intake = gathering.hold(session, intake_id)
    item = lists_shown.item(session, intake_id, waiting_id)
    deciding.check_open(intake, item)
    if request.form.get("as_all"):
        deciding.choose(session, item, None)
        web.say("The choices for all of them count for this one too.")
    else:
        before = choosing.of_item(session, item) or choosing.of_intake(session, intake)
        by_row = reading.of(session, item).answers is not None
        chosen = Chosen.sent(
            request.form, request.files.get("evidence_file"), by_rows=by_row, before=before
        )
        if chosen.errors:
            return _form(intake, item, chosen), 422
        deciding.choose(session, item, chosen.to_json())
        web.say("Kept for this story alone.")
    there = url_for("receiving.item", intake_id=intake_id, waiting_id=waiting_id)
    return redirect(there, 303)


def _by_rows(intake: Intake) -> bool:
    """Do rows of a table say themselves what was chosen? One of them is looked at."""
    session = web.session()
    for row in lists_shown.rows(session, intake.id, Outcome.READY, 1)[0]:
        if row.line is not None:
            item = lists_shown.item(session, intake.id, row.id)
            return reading.of(session, item).answers is not None
    return False


def _form(intake: Intake, item: IntakeItem | None, chosen: Chosen) -> str:
    session = web.session()
    return web.render(
        "receiving/choices.html", intake=intake, item=item, chosen=chosen, form=chosen.form,
        errors=chosen.errors, wrote=WROTE, roles=ROLES, ages=AGES, by_rows=_by_rows(intake),
        own=item is not None and choosing.of_item(session, item) is not None,
        title=lists_shown.title(session, item)[0] if item is not None else "",
        asked=asked(session, chosen.form.format_used), has_scan=bool(chosen.form.scan),
    )  # fmt: skip
