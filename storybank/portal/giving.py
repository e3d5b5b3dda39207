"""From a draft to a consent: what was answered one by one is given in one act, with a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent import third_persons, wordings
from storybank.consent.deciding import part_of
from storybank.consent.models import Receipt
from storybank.consent.recording import How, lock_person
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Change,
    Fact,
    Medium,
    NameStyle,
    Part,
    Purpose,
    Use,
)
from storybank.consent.service import Proof
from storybank.consent.terms import lasts_until, midnight
from storybank.people import identity
from storybank.people.rules import MACHINE
from storybank.portal.drafts import Draft, drop, keeps, together
from storybank.portal.questions import IF_BLANK, QUESTIONS
from storybank.portal.what_stands import OPEN, Stands, still_open
from storybank.stories import writing

PREFERRED = ("tell", "contact", "future")


@dataclass(frozen=True)
class Given:
    """The uses that a draft answers, and the time its yeses hold for (UTC)."""

    choices: dict[Purpose, Answer]
    since: datetime | None
    until: datetime | None


def given(draft: Draft, standing: Stands, at: datetime) -> Given:
    """What a draft would give if it counted ``at`` this moment.

    A use that was not answered in it keeps the answer it had. Where how long was answered, every
    yes is given anew for that time; else a new yes lasts as long as the yes to keeping does.
    """
    said = {use: Answer(draft.answers[use]["answer"]) for use in EIGHT if use in draft.answers}
    if not keeps(together(draft, standing)):
        if Purpose.KEEP not in said and Purpose.KEEP.value in standing.answers:
            return Given({}, None, None)
        said[Purpose.KEEP] = Answer.NO
        refused = [use for use in EIGHT if use in said or use in still_open(standing)]
        return Given(dict.fromkeys(refused, Answer.NO), None, None)
    if "long" in draft.answers:
        for use in still_open(standing):
            said.setdefault(use, Answer(standing.answers[use.value]["answer"]))
        since, until = _asked_for(draft.answers["long"], standing.zone, at)
    elif Purpose.KEEP in still_open(standing):
        kept = standing.choices[Purpose.KEEP]
        since, until = kept.since, kept.until
        said = {use: one for use, one in said.items() if not _same_longer(standing, use, one)}
    else:
        since, until = None, lasts_until(IF_BLANK, at, standing.zone)
    return Given({use: said[use] for use in EIGHT if use in said}, since, until)


def _asked_for(
    long: dict[str, Any], zone: str, at: datetime
) -> tuple[datetime | None, datetime | None]:
    # "One year, from the first of May" ends a year after that day.
    since = midnight(date.fromisoformat(long["from"]), zone) if long["from"] else None
    return since, lasts_until(long["lasts"], since or at, zone)


def _same_longer(standing: Stands, use: Purpose, answer: Answer) -> bool:
    """Is this the answer that stands, for another time than that of keeping? Then it stays."""
    choice, kept = standing.choices.get(use), standing.choices[Purpose.KEEP]
    same = standing.answers.get(use.value, {}).get("answer") == answer.value in OPEN
    terms = (kept.since, kept.until)
    return same and choice is not None and (choice.since, choice.until) != terms


def stale(session: Session, draft: Draft) -> list[str]:
    """Codes that were answered to other words than those that are asked now."""
    codes = [code for code in QUESTIONS if code in draft.answers and draft.shown.get(code)]
    current = wordings.current(session, codes)
    shown = wordings.text_of(session, {n for code in codes for n in draft.shown[code]})
    return [
        code
        for code in codes
        if any(
            shown[number].code == code and shown[number].version != current[code].version
            for number in draft.shown[code]
        )
    ]


def lock(session: Session, person_id: int) -> None:
    """Let nobody record anything of this person until the transaction ends."""
    lock_person(session, person_id)


def confirm(
    session: Session, use: Use, story_id: int, person_id: int, draft: Draft, standing: Stands,
    who: int,
) -> Receipt:  # fmt: skip
    """Let a draft count: one event, its receipt, and the draft is gone.

    ``person_id`` is whose answers these are; ``who`` the wording, shown beside them all, that
    says who asks. Raises what ``consent.service.give`` raises.
    """
    given_now = given(draft, standing, use.at)
    how = How(
        "web", format_used=draft.format or "standard", language=_language(session, draft),
        wording_ids=_shown(draft, who),
    )  # fmt: skip
    asked = keeps(together(draft, standing))
    receipt = consent.give(
        session, use.actor, story_id, person_id, given_now.choices,
        Proof("web_session", f"Ticked and confirmed by the {_who(session, use, story_id)}, "
                             "signed in."),
        "web", until=given_now.until, since=given_now.since, at=use.at, how=how,
        **(_other_answers(session, story_id, draft, standing) if asked else {}),
    )  # fmt: skip
    if asked:
        _tell_details(session, person_id, draft)
        for label in draft.answers.get("others", {}).get("people", []):
            if label not in standing.told_of:
                third_persons.register(session, use.actor, story_id, label)
    drop(session, use.actor.person_id or person_id, story_id)
    return receipt


def _who(session: Session, use: Use, story_id: int) -> str:
    part = part_of(session, story_id, use.actor.person_id or 0)
    return "storyteller" if part in (None, Part.TELLER) else part.value


def _shown(draft: Draft, who: int) -> tuple[int, ...]:
    """The wordings that were shown for what was answered, in the order of the questions."""
    codes = [code for code in QUESTIONS if code in draft.shown]
    return tuple(dict.fromkeys([who, *(number for code in codes for number in draft.shown[code])]))


def _language(session: Session, draft: Draft) -> str:
    ids = {number for some in draft.shown.values() for number in some}
    languages = {one.language for one in wordings.text_of(session, ids).values()}
    return languages.pop() if len(languages) == 1 else wordings.LANGUAGE


def _other_answers(
    session: Session, story_id: int, draft: Draft, standing: Stands
) -> dict[str, Any]:
    """The rest of what a draft answers, as ``consent.give`` takes it."""
    said, more = draft.answers, dict[str, Any]()
    if "formats" in said:
        more["media"] = [Medium(one) for one in said["formats"]["ticked"]]
    if "about" in said:
        more["facts"] = [Fact(one) for one in said["about"]["ticked"] if one != "none"]
    if "words" in said:
        for name in ("shorten", "translate"):
            more[name] = Change(said["words"][name]) if said["words"][name] else None
    if "not_for" in said:
        more["not_for"] = said["not_for"]["places"]
    if "name" in said:
        more |= _name(session, story_id, said["name"], standing)
    if any(code in said for code in PREFERRED):
        more["preferences"] = {**standing.preferences, **_preferences(said)}
    return more


def _name(
    session: Session, story_id: int, said: dict[str, Any], standing: Stands
) -> dict[str, Any]:
    style = NameStyle(said["style"])
    if style is NameStyle.NONE:
        return {"name_style": style, "name_ref": 0}
    if said["name"] == standing.answers.get("name", {}).get("name"):
        return {"name_style": style}
    machine = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    return {
        "name_style": style,
        "name_ref": writing.write_name(session, machine, story_id, said["name"]),
    }


def _preferences(said: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = {**said.get("tell", {}), **said.get("contact", {})}
    if "future" in said:
        found["future"] = said["future"]["future"]
    return {name: value for name, value in found.items() if value}


def _tell_details(session: Session, person_id: int, draft: Draft) -> None:
    """How to reach somebody, and whom they trust, belong to their sealed details."""
    told = {}
    if way := draft.answers.get("tell", {}).get("tell_how"):
        told["preferred_channel"] = way
    future = draft.answers.get("future", {})
    if future.get("person"):
        told |= {"trusted_person": future["person"], "trusted_contact": future["reach"]}
    if told:
        identity.prefer(session, person_id, **told)
