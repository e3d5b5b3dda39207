"""Wordings being worked on. A draft may be anything; only what is published is for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import wordings
from storybank.consent.wording_models import (
    WordingDraft,
    WordingProposal,
    WordingVersion,
)
from storybank.consent.wording_rules import (
    LANGUAGE,
    LONGEST,
    NEEDED,
    SLOTS,
    Format,
    strange_slots,
)
from storybank.errors import BadInput, NotFound, Refused
from storybank.people.rules import Actor, Role

STANDARD = Format.STANDARD


@dataclass(frozen=True)
class Words:
    """The words of one format as typed, slots not filled in."""

    text: str
    help_text: str = ""


def live(session: Session, code: str) -> dict[Format, WordingVersion]:
    """The published wording of ``code`` in each format it has. Raises NotFound."""
    found = {}
    # What is asked for may be anything at all, and some databases do not bear all of it.
    for form in Format if code in wordings.codes() else ():
        row = wordings.current_rows(session, [code], LANGUAGE, form.value).get(code)
        if row is not None and row.format == form.value:
            found[form] = row
    if not found:
        raise NotFound("There is no such wording.")
    return found


def drafted(session: Session) -> set[str]:
    """Codes that somebody is working on."""
    return set(session.scalars(select(WordingDraft.code).distinct()))


def words_of(session: Session, code: str) -> dict[Format, Words]:
    """What the form begins from: the draft where there is one, else what is live."""
    drafts = session.scalars(select(WordingDraft).where(WordingDraft.code == code)).all()
    if drafts:
        return {Format(row.format): Words(row.text, row.help_text) for row in drafts}
    return {
        form: Words(row.source_text or row.text, row.source_help)
        for form, row in live(session, code).items()
    }


def faults(words: Mapping[Format, Words]) -> dict[str, str]:
    """Why these words cannot be a draft: a sentence for each field, named by its format."""
    found = {}
    for form, one in words.items():
        strange = strange_slots(one.text) + strange_slots(one.help_text)
        if len(one.text) > LONGEST or len(one.help_text) > LONGEST:
            found[form.value] = f"Keep this under {LONGEST:,} letters."
        elif strange:
            slots = ", ".join(f"{{{name}}}" for name in SLOTS)
            found[form.value] = f"In curly brackets you can only write {slots}."
    for form in NEEDED:
        if not words.get(form, Words("")).text:
            found[form.value] = f"Write the words in {form.label.lower()}: they go live together."
    return found


def save_draft(session: Session, by: Actor, code: str, words: Mapping[Format, Words]) -> None:
    """Keep a draft of a wording, in place of any before it; formats left empty have none.

    Raises Refused for anybody but a steward, NotFound for a code that nobody is asked, BadInput
    where the words cannot be a draft.
    """
    only_stewards(by)
    live(session, code)
    if wrong := faults(words):
        raise BadInput(next(iter(wrong.values())))
    drop_draft(session, by, code)
    session.add_all(
        WordingDraft(
            code=code, language=LANGUAGE, format=form.value, text=one.text,
            help_text=one.help_text, changed_at=now(), changed_by=by.account_id,
        )
        for form, one in words.items()
        if one.text
    )  # fmt: skip
    session.flush()


def drop_draft(session: Session, by: Actor, code: str) -> None:
    """Throw a draft away, and any question to a second steward about it."""
    only_stewards(by)
    session.execute(delete(WordingDraft).where(WordingDraft.code == code))
    drop_proposals(session, [code])


def drop_proposals(session: Session, codes: Collection[str]) -> None:
    """Forget questions to a second steward that touch any of these wordings."""
    for proposal in session.scalars(select(WordingProposal)).all():
        if set(proposal.codes) & set(codes):
            session.delete(proposal)
    session.flush()


def only_stewards(by: Actor) -> None:
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can change the words people are asked.")
