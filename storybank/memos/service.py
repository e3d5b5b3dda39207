"""Memos: written, answered, changed, taken away, settled, linked; ``acts`` undoes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import reading as codings
from storybank.coding.rules import clean_place
from storybank.coding.service import check_open
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.memos import acts, copies, naming, rules
from storybank.memos.models import Memo, MemoLink
from storybank.memos.reading import MemoCard, card
from storybank.memos.rules import Kind, Subject
from storybank.stories import reading
from storybank.stories.rules import Place

CHANGED = "{} changed this memo after you opened it, so yours is not saved yet."


def subject(
    session: Session,
    use: Use,
    *,
    place: Place | None = None,
    story_id: int | None = None,
    code: str | None = None,
    coding_id: int | None = None,
) -> Subject:
    """What a memo is to be about: a passage, a coding's passage, a story, a code (key or number),
    or with nothing the project.

    Raises NotFound where the use does not allow it; Conflict where the story changed since;
    BadInput where a part of the passage is kept back.
    """
    if coding_id is not None:
        found = codings.with_ids(session, use, [coding_id])
        if not found:
            raise NotFound("That coding is not there.")
        one = found[0]
        return Subject(Kind.PASSAGE, one.place.story_id, one.place, coding_id=one.id)
    if place is not None:
        return Subject(Kind.PASSAGE, place.story_id, _clean(session, use, place))
    if story_id is not None:
        if not reading.may(session, use, story_id):
            raise NotFound("There is no such story here.")
        return Subject(Kind.STORY, story_id)
    if code:
        return Subject(Kind.CODE, code_id=code_number(session, code))
    return Subject(Kind.PROJECT)


def code_number(session: Session, typed: str) -> int:
    """The number of a code, by its key or number. Raises NotFound."""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    if number in codebook.codes_by_id(session):
        return number
    return codebook.code(session, typed).id


def _clean(session: Session, use: Use, place: Place) -> Place:
    story = next(iter(reading.stories(session, use, [place.story_id])), None)
    if story is None:
        raise NotFound("There is no such story here.")
    if story.version != place.version:
        raise Conflict("The story has changed since you opened it. Open it again and select anew.")
    start, end = clean_place(story.text, place.start, place.end)
    cleaned = Place(place.story_id, place.version, start, end)
    check_open(session, use, [cleaned])
    return cleaned


def write(
    session: Session,
    use: Use,
    about: Subject,
    title: str,
    body: str,
    *,
    answers_id: int | None = None,
    tell: Iterable[int] = (),
    own: bool = False,
) -> Memo:
    """Write a memo. ``tell`` are people whose names are put at its end, where it does not name
    them; ``own``: the writer says that a short run of equal words is in their own words.

    Raises BadInput (Copies where it copies a story), Refused for anybody who is no researcher.
    """
    writer = _writer(use)
    title, body = _words(session, use, title, body, about.story_id, tell, own)
    place, at = about.place, now()
    memo = Memo(
        kind=about.kind.value, title=title, body=body, story_id=about.story_id,
        version=place.version if place else None, start=place.start if place else None,
        end=place.end if place else None, code_id=about.code_id, coding_id=about.coding_id,
        answers_id=answers_id, account_id=writer, made_at=at, changed_at=at,
    )  # fmt: skip
    session.add(memo)
    session.flush()
    naming.note_named(session, memo)
    acts.note(session, use, acts.WRITE, memo, answer=answers_id is not None)
    return memo


def answer(
    session: Session,
    use: Use,
    memo_id: int,
    body: str,
    *,
    tell: Iterable[int] = (),
    own: bool = False,
) -> Memo:
    """Answer a memo, or the one that an answer answers. One that is settled stays so.

    Raises as ``write`` does, and NotFound where the memo is not there for this use.
    """
    asked = card(session, use, memo_id)
    root_id = asked.answers_id or asked.id
    about = Subject(asked.kind, asked.story_id, asked.place, asked.code_id, asked.coding_id)
    if asked.coding_id is not None:
        about = Subject(asked.kind, asked.story_id, asked.place, None, asked.coding_id)
    return write(session, use, about, "", body, answers_id=root_id, tell=tell, own=own)


def change(
    session: Session,
    use: Use,
    memo_id: int,
    title: str,
    body: str,
    seen_at: datetime | None,
    *,
    tell: Iterable[int] = (),
    own: bool = False,
) -> Memo:
    """Change the words of a memo. ``seen_at`` is the ``changed_at`` of the words that the person
    had before them.

    Raises Conflict where it was changed since; Refused where it is another's; as ``write`` else.
    """
    writer = _writer(use)
    memo = _locked(session, use, memo_id)
    if memo.account_id != writer and not acts.is_shared(memo):
        raise Refused("Only the person who wrote a memo can change it. You can answer it.")
    if memo.changed_at != seen_at:
        now_by = card(session, use, memo_id)
        raise Conflict(CHANGED.format(now_by.changed_by or now_by.writer))
    before = acts.snapshot(memo)
    title, body = _words(session, use, title, body, memo.story_id, tell, own)
    if before == {"title": title, "body": body}:
        return memo
    memo.title, memo.body, memo.changed_at = title, body, now()
    memo.changed_by = writer if writer != memo.account_id else None
    session.flush()
    naming.note_named(session, memo)
    acts.note(session, use, acts.EDIT, memo, before=before, after=acts.snapshot(memo))
    return memo


def remove(session: Session, use: Use, memo_id: int) -> Memo:
    """Take one of one's own memos away. Answers to it stay, and say that it was taken away.

    Raises NotFound, or Refused for another's.
    """
    writer = _writer(use)
    memo = _locked(session, use, memo_id)
    if memo.account_id != writer:
        raise Refused("Only the person who wrote a memo can take it away.")
    memo.removed_at = now()
    session.flush()
    acts.note(session, use, acts.REMOVE, memo, answer=memo.answers_id is not None)
    return memo


def settle(session: Session, use: Use, memo_id: int, settled: bool = True) -> Memo:
    """Call the discussion of a memo settled, or open it again. Raises NotFound."""
    writer = _writer(use)
    asked = card(session, use, memo_id)
    memo = _locked(session, use, asked.answers_id or asked.id)
    if (memo.settled_at is not None) != settled:
        memo.settled_at = now() if settled else None
        memo.settled_by = writer if settled else None
        session.flush()
        acts.note(session, use, acts.SETTLE, memo, open=not settled)
    return memo


def link(session: Session, use: Use, memo_id: int, typed: str) -> MemoLink:
    """Let a memo lead to what somebody typed: "memo 12", "story 3" or the key of a code.

    Raises BadInput where that is nothing that the use allows; NotFound without the memo.
    """
    _writer(use)
    memo = _locked(session, use, memo_id)
    to = _target(session, use, memo, typed)
    there = session.scalars(select(MemoLink).filter_by(memo_id=memo.id, **to)).first()
    if there is not None:
        return there
    made = MemoLink(memo_id=memo.id, **to)
    session.add(made)
    session.flush()
    acts.note(session, use, acts.LINK, memo, to=to, off=False)
    return made


def _target(session: Session, use: Use, memo: Memo, typed: str) -> dict[str, int]:
    kind, what = rules.target(typed)
    try:
        if kind == "code":
            return {"to_code_id": code_number(session, what)}
        if kind == "story" and reading.may(session, use, int(what)):
            return {"to_story_id": int(what)}
        if kind == "memo" and int(what) != memo.id:
            return {"to_memo_id": card(session, use, int(what)).id}
    except NotFound as problem:
        raise BadInput(f"There is no such {kind} here.") from problem
    raise BadInput(f"There is no such {kind} here.")


def unlink(session: Session, use: Use, memo_id: int, link_id: int) -> Memo:
    """Take a link off a memo. Raises NotFound."""
    _writer(use)
    memo = _locked(session, use, memo_id)
    there = session.get(MemoLink, link_id)
    if there is None or there.memo_id != memo.id:
        raise NotFound("That link is not there.")
    columns = ("to_memo_id", "to_code_id", "to_story_id")
    to = {name: getattr(there, name) for name in columns if getattr(there, name) is not None}
    session.delete(there)
    session.flush()
    acts.note(session, use, acts.LINK, memo, to=to, off=True)
    return memo


def _locked(session: Session, use: Use, memo_id: int) -> Memo:
    """The memo, kept from changing until this is over. Raises NotFound."""
    memo = session.get(Memo, memo_id, with_for_update=True, populate_existing=True)
    found: MemoCard = card(session, use, memo_id)
    if memo is None or found.id != memo.id:
        raise NotFound("There is no such memo here.")
    return memo


def _words(
    session: Session,
    use: Use,
    title: str,
    body: str,
    story_id: int | None,
    tell: Iterable[int],
    own: bool,
) -> tuple[str, str]:
    title, body = rules.clean_title(title), rules.clean_body(body)
    copies.check(session, use, f"{title}\n\n{body}", story_id, own)
    people = naming.researchers(session)
    there = rules.named(body, people)
    added = [f"@{people[one]}" for one in dict.fromkeys(tell) if one in people and one not in there]
    return title, "\n\n".join([body, " ".join(added)]) if added else body


def _writer(use: Use) -> int:
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can write memos.")
    return use.actor.account_id
