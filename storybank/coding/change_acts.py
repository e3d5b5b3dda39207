"""Changes of a coding as acts that can be undone: where it stands, its flags, that it was
checked. Each is undone as a whole, and only where all of it still stands as it was left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.coding.acts import changeable, places_of
from storybank.coding.models import Coding, CodingFlag
from storybank.coding.own import hold_story, place_of
from storybank.consent.rules import Use
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

NUDGE, SPLIT, MERGE, FLAG, FITS = "nudge", "split", "merge", "flag", "fits"
SINCE = "Nothing: it was changed since."


def note_change(
    session: Session,
    use: Use,
    kind: str,
    moved: Sequence[tuple[Coding, Place]],
    born: Sequence[Coding] = (),
    gone: Sequence[Coding] = (),
    flags: Mapping[str, str] | None = None,
) -> Act:
    """Write down that codings stood elsewhere before, that some are new and some were taken off.

    ``flags`` {name: value} are those that the first of ``moved`` was given by it.
    """
    coding = moved[0][0]
    detail = {
        "version": coding.version,
        "moved": [[one.id, was.start, was.end, one.start, one.end] for one, was in moved],
        "born": [[one.id, one.start, one.end] for one in born],
        "gone": [one.id for one in gone],
        "flags": dict(flags or {}),
    }
    events.publish(session, events.Coded(coding.story_id))
    return undoing.note(session, use, kind, detail, story_id=coding.story_id)


@dataclass(frozen=True)
class Reshaped:
    """Codings that were moved, with those that came or went by it."""

    said: str
    undone: str
    """What undoing did, as a sentence; doing it again says ``said``."""

    def says(self, act: Act) -> str:
        return self.said

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=True)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=False)

    def _set(self, session: Session, act: Act, back: bool) -> Done:
        detail = act.detail
        every = [row[0] for row in (*detail["moved"], *detail["born"])] + detail["gone"]
        there = _held(session, act, every)
        if not _stands(detail, there, len(every), left=back):
            return Done(SINCE, act.story_id)
        before = [place_of(one) for one in there.values()]
        for number, *places in detail["moved"]:
            there[number].start, there[number].end = places[:2] if back else places[2:]
        for number, *_ in detail["born"]:
            there[number].removed_at = now() if back else None
        for number in detail["gone"]:
            there[number].removed_at = None if back else now()
        first = detail["moved"][0][0]
        for name, value in detail["flags"].items():
            if flag_of(session, first, name) == (value if back else ""):
                set_flag(session, first, name, "" if back else value)
        session.flush()
        for one in there.values():
            events.publish(session, events.Coded(one.story_id))
        places = {*before, *places_of(list(there.values()))}
        said = self.undone if back else f"{self.said[0].upper()}{self.said[1:]}."
        return Done(said, act.story_id, tuple(sorted(places)))


def _stands(detail: Mapping[str, Any], there: Mapping[int, Coding], count: int, left: bool) -> bool:
    """Is all of it as the act left it or, before doing it again, as the act found it?"""
    if len(there) < count or any(one.version != detail["version"] for one in there.values()):
        return False
    places = {number: (row[2:] if left else row[:2]) for number, *row in detail["moved"]}
    places |= {number: row for number, *row in detail["born"]}
    off = set(detail["gone"]) if left else {number for number, *_ in detail["born"]}
    return all(
        (one.removed_at is not None) == (number in off)
        and (number not in places or [one.start, one.end] == list(places[number]))
        for number, one in there.items()
    )


def _held(session: Session, act: Act, coding_ids: Sequence[int]) -> dict[int, Coding]:
    if act.story_id is not None:
        hold_story(session, act.story_id)
    return {one.id: one for one in changeable(session, act, coding_ids)}


class Flagged:
    """Flags that were set or cleared."""

    def says(self, act: Act) -> str:
        name, was, value = act.detail["changes"][0]
        if len(act.detail["changes"]) > 1:
            return f"{len(act.detail['changes'])} flags changed"
        return f"{name} set to {plainly(value)}" if value else f"{name} cleared"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=True)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, back=False)

    def _set(self, session: Session, act: Act, back: bool) -> Done:
        codings = _held(session, act, [act.detail["coding"]])
        changed = 0
        for coding in codings.values():
            for name, was, value in act.detail["changes"]:
                goal, left = (was, value) if back else (value, was)
                if flag_of(session, coding.id, name) == left:
                    set_flag(session, coding.id, name, goal)
                    changed += 1
        session.flush()
        if not changed:
            return Done(SINCE, act.story_id)
        said = "1 flag changed" if changed == 1 else f"{changed} flags changed"
        return Done(f"{said} {'back' if back else 'again'}.", act.story_id,
                    places_of(list(codings.values())))  # fmt: skip


class Fits:
    """Somebody looked at a coding whose words were corrected, and said that it still fits."""

    def says(self, act: Act) -> str:
        return "1 coding said to fit"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, to_check=True)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, to_check=False)

    def _set(self, session: Session, act: Act, to_check: bool) -> Done:
        coding = session.scalar(
            select(Coding).where(
                Coding.id == act.detail["coding"], Coding.version == act.detail["version"]
            )
        )
        if coding is None or coding.to_check is to_check:
            return Done(SINCE, act.story_id)
        coding.to_check = to_check
        session.flush()
        said = "It is to be checked again." if to_check else "1 coding said to fit."
        return Done(said, act.story_id, places_of([coding]))


def flag_of(session: Session, coding_id: int, name: str) -> str:
    """A flag's value; empty where it is not set."""
    row = session.get(CodingFlag, (coding_id, name))
    return row.value if row else ""


def set_flag(session: Session, coding_id: int, name: str, value: str) -> None:
    """Set one flag, or clear it where the value is empty."""
    row = session.get(CodingFlag, (coding_id, name))
    if row is not None and not value:
        session.delete(row)
    elif row is not None:
        row.value = value
    elif value:
        session.add(CodingFlag(coding_id=coding_id, name=name, value=value))


def plainly(value: str) -> str:
    """A flag's value as people read it."""
    return value.replace("_", " ")


UNDOERS: dict[str, undoing.Undoer] = {
    NUDGE: Reshaped("ends of a coding moved", "The ends are where they were."),
    SPLIT: Reshaped("coding split in two", "The two are one again."),
    MERGE: Reshaped("2 codings merged", "They are two again."),
    FLAG: Flagged(),
    FITS: Fits(),
}
