"""Planning parts and questions: a kind of workshop to start from, then each bit as one likes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput
from storybank.meetings import agenda
from storybank.meetings.agenda import Asking
from storybank.meetings.designs import TEMPLATES, Ask, Part, template
from storybank.meetings.models import Prompt
from storybank.meetings.team import planned_for
from storybank.meetings.views_groups import plan_use
from storybank.meetings.views_live import Page, undoing
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.workshops.models import Workshop


@open_to(Role.FACILITATOR)
def plan_prompts(workshop_id: int) -> Page:
    """The plan: parts with their minutes, and questions. A POST chooses a kind of workshop, moves
    something, or takes it out."""
    session = web.session()
    workshop = planned_for(session, current_actor(), workshop_id)
    if request.method == "POST":
        return _changed(workshop)
    return web.render(
        "meetings/plan_prompts.html", workshop=workshop,
        plan=agenda.agenda(session, workshop_id), templates=list(TEMPLATES.values()),
        template=template(workshop.template), parts={one.value: one for one in Part},
        asks={one.value: one for one in Ask}, numbers=dict(agenda.items(session, workshop)),
    )  # fmt: skip


@open_to(Role.FACILITATOR)
def plan_part(workshop_id: int, segment_id: int | None = None) -> Page:
    """Change one part, or add one."""
    session = web.session()
    workshop = planned_for(session, current_actor(), workshop_id)
    found = agenda.part(session, workshop_id, segment_id) if segment_id is not None else None
    form = {
        "kind": found.kind if found else "groups", "title": found.title if found else "",
        "says": found.says if found else "", "minutes": str(found.minutes) if found else "15",
    }  # fmt: skip
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = {name: request.form.get(name, "") for name in form}
        try:
            agenda.save_part(
                session, plan_use(workshop), workshop, segment_id, kind=form["kind"],
                title=form["title"], says=form["says"], minutes=_whole(form["minutes"], -1),
            )  # fmt: skip
        except BadInput as no:
            errors = {_part_field(no.sentence): no.sentence}
        else:
            web.say("Saved the part.", **undoing(workshop))
            return _back(workshop)
    page = web.render(
        "meetings/plan_part.html", workshop=workshop, part=found, form=form, errors=errors,
        parts=list(Part),
    )  # fmt: skip
    return (page, 422) if errors else page


@open_to(Role.FACILITATOR)
def plan_prompt(workshop_id: int, prompt_id: int | None = None) -> Page:
    """Change one question, or add one."""
    session = web.session()
    workshop = planned_for(session, current_actor(), workshop_id)
    found = agenda.question(session, workshop_id, prompt_id) if prompt_id is not None else None
    form, errors = _form_of(found), dict[str, str]()
    if request.method == "POST":
        form = {name: request.form.get(name, "") for name in form}
        try:
            agenda.save_question(session, plan_use(workshop), workshop, prompt_id, _asking(form))
        except BadInput as no:
            errors = {_prompt_field(no.sentence): no.sentence}
        else:
            web.say("Saved the question.", **undoing(workshop))
            return _back(workshop)
    page = web.render(
        "meetings/plan_prompt.html", workshop=workshop, prompt=found, form=form, errors=errors,
        asks=list(Ask), segments=agenda.agenda(session, workshop_id).segments,
        items=agenda.items(session, workshop),
        fixed=found is not None and agenda.answered(session, found.id),
    )  # fmt: skip
    return (page, 422) if errors else page


def _changed(workshop: Workshop) -> Response:
    session, use, form = web.session(), plan_use(workshop), request.form
    do, number = form.get("do", ""), form.get("thing", 0, web.number)
    if do == "choose":
        agenda.choose(session, use, workshop, form.get("template", ""))
        web.say("The plan is laid out. Change what you like.", **undoing(workshop))
    elif do in ("part-up", "part-down"):
        agenda.move_part(session, use, workshop, number, do.removeprefix("part-"))
    elif do == "part-out":
        agenda.take_out_part(session, use, workshop, number)
        web.say("Took the part out, and its questions.", **undoing(workshop))
    elif do in ("up", "down"):
        agenda.move_question(session, use, workshop, number, do)
    elif do == "out":
        agenda.take_out_question(session, use, workshop, number)
        web.say("Took the question out.", **undoing(workshop))
    else:
        raise BadInput("Choose one of the buttons on this page.")
    return _back(workshop)


def _form_of(prompt: Prompt | None) -> dict[str, str]:
    if prompt is None:
        segment = request.args.get("part", 0, web.number)
        return {
            "kind": Ask.OPEN.value, "text": "", "help_text": "", "options": "", "about": "",
            "segment": str(segment or ""), "max_len": "500", "dots": "3",
        }  # fmt: skip
    about = "all" if prompt.passages else str(prompt.pack_item_id or "")
    return {
        "kind": prompt.kind, "text": prompt.text, "help_text": prompt.help_text,
        "options": "\n".join(prompt.options), "about": about,
        "segment": str(prompt.segment_id or ""), "max_len": str(prompt.max_len),
        "dots": str(prompt.dots),
    }  # fmt: skip


def _asking(form: Mapping[str, str]) -> Asking:
    about, segment = form["about"], _whole(form["segment"], 0)
    return Asking(
        form["kind"], form["text"], form["help_text"], tuple(form["options"].splitlines()[:100]),
        segment or None, None if about in ("", "all") else _whole(about, 0), about == "all",
        _whole(form["max_len"] or "500", 0), _whole(form["dots"] or "3", 0),
    )  # fmt: skip


def _whole(typed: str, otherwise: int) -> int:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else otherwise


def _part_field(sentence: str) -> str:
    words = {"minutes": "minutes", "for.": "kind", "what people do": "says"}
    return next((field for word, field in words.items() if word in sentence), "title")


def _prompt_field(sentence: str) -> str:
    words = {
        "how people answer": "kind", "choice": "options", "two lines": "options",
        "letters.": "max_len", "dots": "dots", "passage": "about", "the help": "help_text",
    }  # fmt: skip
    return next((field for word, field in words.items() if word in sentence), "text")


def _back(workshop: Workshop) -> Response:
    return redirect(url_for("meetings.plan_prompts", workshop_id=workshop.id), 303)
