"""Who is filling in an agreement, and the pages on which they do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from storybank import web
from storybank.consent import wordings
from storybank.consent.recording import WHO
from storybank.consent.rules import Use
from storybank.consent.wording_rules import Wording
from storybank.errors import NotFound
from storybank.people import identity
from storybank.people.identity_rules import Details, missing_for_channel
from storybank.portal import answering, drafts, giving
from storybank.portal import questions as plan
from storybank.portal.acting import acts_for
from storybank.portal.answering import Said
from storybank.portal.drafts import Draft
from storybank.portal.questions import QUESTIONS, Question
from storybank.portal.what_stands import Stands, codes_for, stands
from storybank.stories import reading

CHECK, LATER, NEXT = "check", "later", "next"
"""Where a press leads: to all answers, away, or (for who goes through them all) to the next."""
FORMATS = {"standard": "Plain words", "easy_read": "Easy read", "large_print": "Large print"}
ANSWERS = "answers"
"""The wording that stands below every question about a use: blank is no."""
NEW_WORDS = "We changed the words of some questions. Please answer those again."


class Filling:
    """Who fills in the agreement of which story, what stands, and what they have answered."""

    def __init__(self, use: Use, story_id: int, *, lock: bool = False) -> None:
        self.session: Session = web.session()
        self.use, self.story_id = use, story_id
        self.filler = use.actor.person_id or 0
        self.person_id = acts_for(self.session, use, story_id)
        if lock:
            giving.lock(self.session, self.person_id)
        self.stands: Stands = stands(self.session, use, story_id, self.person_id)
        self.draft: Draft | None = drafts.open_draft(self.session, self.filler, story_id, lock=lock)
        self.codes = codes_for(self.session, story_id, self.person_id)
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
            f"portal/{template}.html", use=self.use, title=head.title, filling=self,
            story_id=self.story_id, formats=FORMATS, **context,
        )  # fmt: skip

    def wordings_for(self, asked: Question) -> dict[str, Wording]:
        """Every wording that stands on the page of this question."""
        return self.words(*((asked.code, ANSWERS) if asked.use else (asked.code,)))


def in_order() -> bool:
    """Are they going through all questions, or changing this one answer?"""
    return request.values.get("then") == NEXT


def question_page(
    filling: Filling, asked: Question, said: Said, errors: dict[str, str] | None = None
) -> str:
    words = filling.wordings_for(asked)
    draft, ordered = filling.draft, in_order()
    place = filling.codes.index(asked.code)
    back = url_for("portal.my_stories")
    if ordered and place:
        back = filling.url("question", code=filling.codes[place - 1], then=NEXT)
    elif not ordered and draft and draft.answers:
        back = filling.url("check_answers")
    standing = filling.stands.answers.get(asked.code, {})
    return filling.render(
        "question", question=asked, words=words[asked.code], said=said, errors=errors, back=back,
        asked=plan.asked(asked, words[asked.code]), in_order=ordered, number=place + 1,
        blank_is_no=words[ANSWERS].sentences[-1] if ANSWERS in words else "",
        shown=",".join(str(one.id) for one in words.values()),
        saved=draft is not None and asked.code in draft.answers,
        before=answering.in_words(asked, standing),
        taken_back=standing.get("answer") in answering.TAKEN_BACK,
    )  # fmt: skip


def something_changed(filling: Filling) -> bool:
    draft = filling.draft
    return draft is not None and (
        bool(drafts.changed_since(draft, filling.stands))
        or drafts.changed_by_others(draft, filling.stands)
    )


def token(filling: Filling) -> str:
    """What was on the page that is now confirmed: another one after each saved answer."""
    saved = filling.draft.saved_at if filling.draft else None
    return f"{saved.isoformat() if saved else ''} {filling.words(WHO)[WHO].id}"


def check_page(filling: Filling, trouble: str = "") -> str:
    draft = filling.draft
    changed = draft.answers if draft else {}
    stale = giving.stale(filling.session, draft) if draft else []
    asked = drafts.keeps(filling.answers)
    rows = [
        {
            "question": QUESTIONS[code],
            "lines": answering.in_words(QUESTIONS[code], filling.answers.get(code, {})),
            "new": code in changed,
            "stale": code in stale,
        }
        for code in filling.codes
        if QUESTIONS[code].fields or code == "parts"
    ]
    what = giving.given(draft, filling.stands, filling.use.at) if draft else None
    return filling.render(
        "check", rows=rows, asked=asked, trouble=trouble or (NEW_WORDS if stale else ""),
        token=token(filling), who=filling.words(WHO)[WHO], stale=stale,
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


def conflict_page(filling: Filling) -> str:
    draft = filling.draft or Draft()
    rows = [
        {
            "question": QUESTIONS[code],
            "was": answering.in_words(QUESTIONS[code], draft.stood.get(code, {})),
            "now": answering.in_words(QUESTIONS[code], filling.stands.answers.get(code, {})),
            "yours": answering.in_words(QUESTIONS[code], draft.answers.get(code, {})),
        }
        for code in drafts.changed_since(draft, filling.stands)
        if code in filling.codes
    ]
    return filling.render(
        "changed", rows=rows, others=drafts.changed_by_others(draft, filling.stands)
    )
