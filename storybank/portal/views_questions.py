"""The agreement, one question on a page: answered, kept, checked, and then it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import wordings
from storybank.consent.guards import uses
from storybank.consent.recording import WHO
from storybank.consent.rules import Purpose, Use
from storybank.consent.service import local_date
from storybank.consent.wording_rules import Wording
from storybank.errors import NotFound
from storybank.people import identity
from storybank.people.identity_rules import Details, missing_for_channel
from storybank.portal import drafts, giving
from storybank.portal import questions as plan
from storybank.portal.acting import acts_for
from storybank.portal.drafts import Draft, Stands
from storybank.portal.questions import QUESTIONS, Question, Said
from storybank.stories import reading

Page = str | Response | tuple[str, int]
CHECK, LATER, NEXT = "check", "later", "next"
"""Where a press leads: to all answers, away, or (for who goes through them all) to the next."""
FORMATS = {"standard": "Plain words", "easy_read": "Easy read", "large_print": "Large print"}
ANSWERS = "answers"
"""The wording that stands below every question about a use: blank is no."""
AGAIN = "Your answers were changed in another window. Look at them again, then press the button."
NEW_WORDS = "We changed the words of some questions. Please answer those again."
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


class Filling:
    """Who fills in the agreement of which story, what stands, and what they have answered."""

    def __init__(self, use: Use, story_id: int, *, lock: bool = False) -> None:
        self.session: Session = web.session()
        self.use, self.story_id = use, story_id
        self.filler = use.actor.person_id or 0
        self.person_id = acts_for(self.session, use, story_id)
        if lock:
            giving.lock(self.session, self.person_id)
        self.stands: Stands = drafts.stands(self.session, use, story_id, self.person_id)
        self.draft: Draft | None = drafts.open_draft(self.session, self.filler, story_id, lock=lock)
        self.codes = drafts.codes_for(self.session, story_id, self.person_id)
        self.answers = drafts.together(self.draft, self.stands)
        details = identity.details_of(self.session, self.filler)
        self.language = details.language if details else wordings.LANGUAGE
        preferred = details.preferred_format if details else "standard"
        asked_for = request.values.get("format") or (self.draft.format if self.draft else "")
        self.format = next((one for one in (asked_for, preferred) if one in FORMATS), "standard")
        self.details = details

    def words(self, *codes: str) -> dict[str, Wording]:
        return wordings.current(self.session, codes, self.language, self.format)

    def question(self, code: str) -> Question:
        if code not in self.codes:
            raise NotFound("There is no such question.")
        return QUESTIONS[code]

    def url(self, name: str, **values: Any) -> str:
        return url_for(f"portal.{name}", story_id=self.story_id, **values)

    def render(self, template: str, **context: Any) -> str:
        head = reading.titles(self.session, self.use, [self.story_id])[self.story_id]
        return web.render(
            f"portal/{template}.html", use=self.use, title=head.title, filling=self, story_id=self.story_id,
            formats=FORMATS, **context,
        )  # fmt: skip


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
    return _question_page(filling, asked, filling.answers.get(code, {}))


@uses(Purpose.OWN)
def save_answer(use: Use, story_id: int, code: str) -> Page:
    """Keep one answer, and go on."""
    filling = Filling(use, story_id)
    asked = filling.question(code)
    today = local_date(use.at, filling.stands.zone)
    said, errors = plan.read(asked, request.form.to_dict(flat=False), today)
    if errors:
        return _question_page(filling, asked, said, errors), 422
    draft = filling.draft or drafts.begin(filling.stands)
    before = filling.answers.get(code, {})
    if not plan.is_blank(said) or (plan.can_be_emptied(asked) and not plan.is_blank(before)):
        draft.answers[code] = said
    if not asked.fields or code in draft.answers:
        draft.shown[code] = _shown(filling, asked)
    draft.format = filling.format
    then = _where_next(filling, draft, code)
    if _in_order() or not draft.at:
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
    if filling.draft and _something_changed(filling):
        return _conflict_page(filling)
    return _check_page(filling)


@uses(Purpose.OWN)
def confirm_answers(use: Use, story_id: int) -> Page:
    """Now the answers count."""
    filling = Filling(use, story_id, lock=True)
    draft = filling.draft
    if draft is None or not draft.answers:
        web.say("Nothing was changed. Your choices are as they were.", "notice")
        return redirect(url_for("portal.my_stories"), 303)
    if _something_changed(filling):
        return _conflict_page(filling), 409
    if request.form.get("checked") != _token(filling):
        return _check_page(filling, AGAIN), 409
    if giving.stale(filling.session, draft):
        return _check_page(filling, NEW_WORDS), 409
    receipt = giving.confirm(
        filling.session, use, story_id, filling.person_id, draft, filling.stands,
        filling.words(WHO)[WHO].id,
    )  # fmt: skip
    web.say("Your choices count from now.")
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


def _in_order() -> bool:
    """Are they going through all questions, or changing this one answer?"""
    return request.values.get("then") == NEXT


def _where_next(filling: Filling, draft: Draft, code: str) -> str:
    refused = code == Purpose.KEEP.value and not drafts.keeps(
        drafts.together(draft, filling.stands)
    )
    if refused or not _in_order():
        return CHECK
    return plan.next_after(code, filling.codes) or CHECK


def _shown(filling: Filling, asked: Question) -> list[int]:
    """The wordings that stood on the page: those it said it showed, if they are its own."""
    mine = (asked.code, ANSWERS) if asked.use else (asked.code,)
    now = [one.id for one in filling.words(*mine).values()]
    typed = request.form.get("shown", "").split(",")
    numbers = [int(one) for one in typed if one.isascii() and one.isdecimal() and len(one) < 10]
    try:
        shown = wordings.text_of(filling.session, numbers)
    except NotFound:
        return now
    known = [one.id for one in shown.values() if one.code in mine]
    return known if len(known) == len(now) else now


def _question_page(
    filling: Filling, asked: Question, said: Said, errors: dict[str, str] | None = None
) -> str:
    codes = (asked.code, ANSWERS) if asked.use else (asked.code,)
    words = filling.words(*codes)
    draft, in_order = filling.draft, _in_order()
    place = filling.codes.index(asked.code)
    back = url_for("portal.my_stories")
    if in_order and place:
        back = filling.url("question", code=filling.codes[place - 1], then=NEXT)
    elif not in_order and draft and draft.answers:
        back = filling.url("check_answers")
    standing = filling.stands.answers.get(asked.code, {})
    return filling.render(
        "question", question=asked, words=words[asked.code], said=said, errors=errors, back=back,
        asked=plan.asked(asked, words[asked.code]), in_order=in_order, number=place + 1,
        blank_is_no=words[ANSWERS].sentences[-1] if ANSWERS in words else "",
        shown=",".join(str(one.id) for one in words.values()),
        saved=draft is not None and asked.code in draft.answers,
        before=plan.in_words(asked, standing),
        taken_back=standing.get("answer") in plan.TAKEN_BACK,
    )  # fmt: skip


def _something_changed(filling: Filling) -> bool:
    draft = filling.draft
    return draft is not None and (
        bool(drafts.changed_since(draft, filling.stands))
        or drafts.changed_by_others(draft, filling.stands)
    )


def _token(filling: Filling) -> str:
    """What was on the page that is now confirmed: another one after each saved answer."""
    saved = filling.draft.saved_at if filling.draft else None
    return f"{saved.isoformat() if saved else ''} {filling.words(WHO)[WHO].id}"


def _check_page(filling: Filling, trouble: str = "") -> str:
    draft = filling.draft
    changed = draft.answers if draft else {}
    stale = giving.stale(filling.session, draft) if draft else []
    asked = drafts.keeps(filling.answers)
    rows = [
        {
            "question": QUESTIONS[code],
            "lines": plan.in_words(QUESTIONS[code], filling.answers.get(code, {})),
            "new": code in changed,
            "stale": code in stale,
        }
        for code in filling.codes
        if QUESTIONS[code].fields or code == "parts"
    ]
    what = giving.given(draft, filling.stands, filling.use.at) if draft else None
    return filling.render(
        "check", rows=rows, asked=asked, trouble=trouble or (NEW_WORDS if stale else ""),
        token=_token(filling), who=filling.words(WHO)[WHO], stale=stale,
        can_confirm=bool(changed) and not stale and (asked or bool(what and what.choices)),
        missing=_missing(filling),
    )  # fmt: skip


def _missing(filling: Filling) -> str:
    """What we do not know and need, to tell somebody things in the way they picked."""
    way = filling.answers.get("tell", {}).get("tell_how", "")
    if not way or filling.person_id != filling.filler:
        return ""
    details = filling.details or Details()
    future = filling.answers.get("future", {})
    if way == "trusted" and (details.trusted_contact or future.get("reach")):
        return ""
    found = missing_for_channel(replace(details, preferred_channel=way))
    return found[0] if found else ""


def _conflict_page(filling: Filling) -> str:
    draft = filling.draft or Draft()
    rows = [
        {
            "question": QUESTIONS[code],
            "was": plan.in_words(QUESTIONS[code], draft.stood.get(code, {})),
            "now": plan.in_words(QUESTIONS[code], filling.stands.answers.get(code, {})),
            "yours": plan.in_words(QUESTIONS[code], draft.answers.get(code, {})),
        }
        for code in drafts.changed_since(draft, filling.stands)
        if code in filling.codes
    ]
    return filling.render(
        "changed", rows=rows, others=drafts.changed_by_others(draft, filling.stands)
    )
