"""The agreement, one question on a page: answered, kept, checked, and then it counts."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import wordings
from storybank.consent.guards import uses
from storybank.consent.recording import WHO
from storybank.consent.rules import Purpose, Use
from storybank.consent.service import local_date
from storybank.errors import NotFound
from storybank.portal import answering, drafts, giving
from storybank.portal import questions as plan
from storybank.portal.drafts import Draft
from storybank.portal.filling import (
    CHECK,
    LATER,
    NEW_WORDS,
    NEXT,
    Filling,
    check_page,
    conflict_page,
    in_order,
    question_page,
    something_changed,
    token,
)
from storybank.portal.questions import Question

Page = str | Response | tuple[str, int]
AGAIN = "Your answers were changed in another window. Look at them again, then press the button."
NOT_KEPT = "We will not use your story. Should we delete it? If so, press “Delete” on this page."
KEPT = "We saved your answers. They do not count yet. You can come back when you like."


def add_to(bp: Blueprint) -> None:
    """Give the storyteller's room these pages."""
    story = "/my/<int(max=2147483647):story_id>/choices"
    bp.get(f"{story}/all")(questions)
    bp.get(f"{story}/check")(check_answers)
    bp.post(f"{story}/check")(confirm_answers)
    bp.post(f"{story}/looked")(look_again)
    bp.post(f"{story}/drop")(drop_answers)
    bp.get(f"{story}/<code>")(question)
    bp.post(f"{story}/<code>")(save_answer)


@uses(Purpose.OWN)
def questions(use: Use, story_id: int) -> Page:
    """Begin, or go on where one was."""
    filling = Filling(use, story_id)
    at = filling.draft.at if filling.draft else ""
    if at == CHECK:
        return redirect(filling.url("check_answers"), 303)
    code = at if at in filling.codes else filling.codes[0]
    return redirect(filling.url("question", code=code, then=NEXT), 303)


@uses(Purpose.OWN)
def question(use: Use, story_id: int, code: str) -> Page:
    """One question, with the answer that stands or was saved."""
    filling = Filling(use, story_id)
    asked = filling.question(code)
    return question_page(filling, asked, filling.answers.get(code, {}))


@uses(Purpose.OWN)
def save_answer(use: Use, story_id: int, code: str) -> Page:
    """Keep one answer, and go on."""
    filling = Filling(use, story_id)
    asked = filling.question(code)
    today = local_date(use.at, filling.stands.zone)
    said, errors = answering.read(asked, request.form.to_dict(flat=False), today)
    if errors:
        return question_page(filling, asked, said, errors), 422
    draft = filling.draft or drafts.begin(filling.stands)
    before = filling.answers.get(code, {})
    if not answering.is_blank(said) or (
        answering.can_be_emptied(asked) and not answering.is_blank(before)
    ):
        draft.answers[code] = said
    if not asked.fields or code in draft.answers:
        draft.shown[code] = _shown(filling, asked)
    draft.format = filling.format
    then = _where_next(filling, draft, code)
    if in_order() or not draft.at:
        draft.at = then
    drafts.keep(filling.session, filling.filler, story_id, draft)
    if request.form.get("go") == LATER:
        web.say(KEPT)
        return redirect(url_for("portal.my_stories"), 303)
    if then == CHECK:
        return redirect(filling.url("check_answers"), 303)
    return redirect(filling.url("question", code=then, then=NEXT), 303)


@uses(Purpose.OWN)
def check_answers(use: Use, story_id: int) -> Page:
    """Every answer on one page, before any of them counts."""
    filling = Filling(use, story_id)
    if filling.draft and something_changed(filling):
        return conflict_page(filling)
    return check_page(filling)


@uses(Purpose.OWN)
def confirm_answers(use: Use, story_id: int) -> Page:
    """Now the answers count."""
    filling = Filling(use, story_id, lock=True)
    draft = filling.draft
    if draft is None or not draft.answers:
        web.say("Nothing was changed. Your choices are as they were.", "notice")
        return redirect(url_for("portal.my_stories"), 303)
    if something_changed(filling):
        return conflict_page(filling), 409
    if request.form.get("checked") != token(filling):
        return check_page(filling, AGAIN), 409
    if giving.stale(filling.session, draft):
        return check_page(filling, NEW_WORDS), 409
    receipt = giving.confirm(
        filling.session, use, story_id, filling.person_id, draft, filling.stands,
        filling.words(WHO)[WHO].id,
    )  # fmt: skip
    web.say("Your choices count from now." if drafts.keeps(filling.answers) else NOT_KEPT)
    if receipt.person_id != filling.filler:
        return redirect(url_for("portal.my_stories"), 303)
    return redirect(url_for("portal.receipt", receipt_id=receipt.id), 303)


@uses(Purpose.OWN)
def look_again(use: Use, story_id: int) -> Page:
    """What changed meanwhile has been looked at."""
    filling = Filling(use, story_id)
    if filling.draft:
        drafts.look_at(filling.draft, filling.stands)
        drafts.keep(filling.session, filling.filler, story_id, filling.draft)
    return redirect(filling.url("check_answers"), 303)


@uses(Purpose.OWN)
def drop_answers(use: Use, story_id: int) -> Page:
    """Throw away what was answered and never counted."""
    filling = Filling(use, story_id)
    drafts.drop(filling.session, filling.filler, story_id)
    web.say("We threw your new answers away. Your choices are as they were.")
    return redirect(url_for("portal.my_stories"), 303)


def _where_next(filling: Filling, draft: Draft, code: str) -> str:
    refused = code == Purpose.KEEP.value and not drafts.keeps(
        drafts.together(draft, filling.stands)
    )
    if refused or not in_order():
        return CHECK
    return plan.next_after(code, filling.codes) or CHECK


def _shown(filling: Filling, asked: Question) -> list[int]:
    """The wordings that stood on the page: those it said it showed, if they are its own."""
    on_it = filling.wordings_for(asked)
    now = [one.id for one in on_it.values()]
    typed = request.form.get("shown", "").split(",")
    numbers = [int(one) for one in typed if one.isascii() and one.isdecimal() and len(one) < 10]
    try:
        shown = wordings.text_of(filling.session, numbers)
    except NotFound:
        return now
    known = [one.id for one in shown.values() if one.code in on_it]
    return known if len(known) == len(now) else now
