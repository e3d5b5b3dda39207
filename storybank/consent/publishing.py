"""Making words live, for good. A change that means the same needs two people to say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.candidates import Candidate, candidates, problems, seal_of
from storybank.consent.drafts import STANDARD, drop_draft, drop_proposals, live, only_stewards
from storybank.consent.standing import answers_run_out
from storybank.consent.wording_models import (
    WordingChange,
    WordingProposal,
    WordingRetired,
    WordingVersion,
)
from storybank.consent.wording_rules import LANGUAGE, Format, next_version
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Actor

OTHER_WORDS = "Somebody changed these words since you looked. Look at them again."
SAME_EASY_READ = (
    "The meaning changes, but the easy read words of {codes} are the old ones. Change them too."
)


def publish_change(session: Session, by: Actor, codes: Collection[str], seal: str) -> list[int]:
    """Publish words that mean something else; answers to the old ones must be asked again.

    ``seal`` is that of the words the steward was shown. Returns the new ids. Raises Refused for
    anybody but a steward, BadInput where something stands against it, Conflict where the words
    are no longer those.
    """
    found = _fit(session, by, codes, seal)
    changed = {(one.code, one.format) for one in found if one.words_change}
    behind = [
        code
        for code, form in changed
        if form is STANDARD and (code, Format.EASY_READ) not in changed
    ]
    if behind:
        raise BadInput(SAME_EASY_READ.format(codes=", ".join(sorted(behind))))
    return _publish(session, by, found, meaning_changed=True, asked_by=by.account_id)


def propose_same(session: Session, by: Actor, codes: Collection[str], seal: str) -> WordingProposal:
    """Say that new words mean the same as the old, and ask a second steward to look.

    Nothing is published yet. Raises what ``publish_change`` raises.
    """
    _fit(session, by, codes, seal)
    drop_proposals(session, codes)
    assert by.account_id is not None
    proposal = WordingProposal(
        codes=list(codes), language=LANGUAGE, seal=seal, asked_by=by.account_id, asked_at=now()
    )
    session.add(proposal)
    session.flush()
    return proposal


def confirm_same(session: Session, by: Actor, proposal_id: int) -> list[int]:
    """Publish what was proposed, as the second person who says that it means the same.

    Returns the new ids. Raises Refused to whoever asked, and for anybody but a steward; Conflict
    where the words are no longer those that were proposed.
    """
    only_stewards(by)
    asked = proposal(session, proposal_id)
    if asked.asked_by == by.account_id:
        raise Refused("You said yourself that it means the same. A second steward must say so too.")
    found = _fit(session, by, asked.codes, asked.seal)
    return _publish(session, by, found, meaning_changed=False, asked_by=asked.asked_by)


def disagree(session: Session, by: Actor, proposal_id: int) -> None:
    """Say that it does not mean the same, or take one's own question back. The draft stays."""
    only_stewards(by)
    session.delete(proposal(session, proposal_id))
    session.flush()


def proposal(session: Session, proposal_id: int) -> WordingProposal:
    """The question to a second steward with this number. Raises NotFound."""
    found = session.get(WordingProposal, proposal_id)
    if found is None:
        raise NotFound("Nobody waits for an answer here. It was answered, or the words changed.")
    return found


def proposals(session: Session) -> list[WordingProposal]:
    """Everything that waits for a second steward, oldest first."""
    return list(session.scalars(select(WordingProposal).order_by(WordingProposal.id)))


def history(session: Session, code: str) -> list[tuple[WordingVersion, WordingChange | None]]:
    """Every published standard wording of a code, newest first, and what it changed."""
    rows = session.execute(
        select(WordingVersion, WordingChange)
        .outerjoin(WordingChange, WordingChange.new_id == WordingVersion.id)
        .where(WordingVersion.code == code, WordingVersion.format == STANDARD.value)
        .order_by(WordingVersion.id.desc())
    )
    return [(version, change) for version, change in rows]


def _fit(session: Session, by: Actor, codes: Collection[str], seal: str) -> list[Candidate]:
    """What would be published, once nothing stands against it."""
    only_stewards(by)
    found = candidates(session, codes)
    if seal_of(found) != seal:
        raise Conflict(OTHER_WORDS)
    if wrong := problems(session, found):
        raise BadInput(wrong[0])
    return found


def _publish(
    session: Session,
    by: Actor,
    found: Iterable[Candidate],
    *,
    meaning_changed: bool,
    asked_by: int | None,
) -> list[int]:
    at, forms = now(), dict[str, list[Candidate]]()
    for one in found:
        forms.setdefault(one.code, []).append(one)
    made: list[int] = []
    for code, variants in forms.items():
        old = live(session, code)
        version = next_version(old[STANDARD].version, meaning_changed)
        rows = {one.format: _row(one, version, by, meaning_changed) for one in variants}
        session.add_all(rows.values())
        try:
            session.flush()
        except IntegrityError as taken:
            raise Conflict(OTHER_WORDS) from taken
        session.add_all(
            WordingRetired(wording_id=row.id, retired_at=at, retired_by=by.account_id)
            for row in old.values()
        )
        session.add(
            WordingChange(
                code=code, old_id=old[STANDARD].id, new_id=rows[STANDARD].id,
                meaning_changed=meaning_changed, asked_by=asked_by,
                confirmed_by=None if meaning_changed else by.account_id, published_at=at,
            )
        )  # fmt: skip
        made += [row.id for row in rows.values()]
        drop_draft(session, by, code)
    session.flush()
    if meaning_changed:
        answers_run_out(session, forms, at)
    return made


def _row(one: Candidate, version: str, by: Actor, meaning_changed: bool) -> WordingVersion:
    return WordingVersion(
        code=one.code, version=version, language=LANGUAGE, format=one.format.value, text=one.text,
        help_text=one.help_text, source_text=one.source.text, source_help=one.source.help_text,
        sha256=one.sha256, controllers=one.controllers, reading_age=one.reading_age,
        approved_by=by.account_id, no_change_of_meaning=not meaning_changed, published_at=now(),
    )  # fmt: skip
