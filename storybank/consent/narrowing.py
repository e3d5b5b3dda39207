"""What an act of consent took away: what copies must go, and what a restored backup must be told.

Pure: two states in, names of what became narrower out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from storybank import events
from storybank.consent.answers import Answer, Change, Kind, Mark
from storybank.consent.folding import OPEN, Choice, StoryState
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.recording import Said

_ORDER = (Change.NO, Change.SHOW, Change.YES)
NOTHING = Choice(Answer.NO)


def narrowings(before: StoryState, after: StoryState) -> set[str]:
    """Which parts of the new state forbid something that the old one may have allowed."""
    found = {
        "not for": bool(set(after.not_for) - set(before.not_for)),
        "closed": after.closed is not None and after.closed is not before.closed,
        "held": after.held and (not before.held or after.held_by != before.held_by),
        "unchecked": after.unchecked and not before.unchecked,
        "third": after.third and not before.third,
        "media": not before.media <= after.media,
        "kept back": bool(set(after.kept_back) - set(before.kept_back)),
        "approvals": bool(set(before.approvals) - set(after.approvals)),
        "shorten": _ORDER.index(after.shorten) < _ORDER.index(before.shorten),
        "translate": _ORDER.index(after.translate) < _ORDER.index(before.translate),
        "facts": not before.facts <= after.facts,
        "name": (before.name_style, before.name_ref) != (after.name_style, after.name_ref),
        "choices": bool(_narrowed_uses(before, after)),
    }
    return {name for name, true in found.items() if true}


def for_the_ledger(
    person_id: int,
    story_id: int,
    said: Said | None,
    before: StoryState | None,
    after: StoryState,
    at: datetime,
) -> Iterator[events.Narrowed]:
    """What a restored backup must be told again; ``said`` is None where the team noted something.

    What the ledger has no words for, or what is too personal for it, is told as "other": the
    story is then paused until somebody has looked.
    """

    def taken(kind: str, uses: Iterable[Purpose] = ()) -> events.Narrowed:
        names = tuple(use.value for use in EIGHT if use in set(uses))
        return events.Narrowed(story_id, person_id, at, kind, names)

    left = narrowings(before, after) if before is not None else set()
    kind = said.kind if said else None
    if said and kind is Kind.WITHDRAWN:
        # Also where it stood so already: whoever says it again means it.
        yield taken("stop", said.choices)
        left -= {"choices", "approvals"}
    elif kind is Kind.PAUSED:
        yield taken("pause")
        left -= {"closed"}
    elif kind is Kind.ERASED:
        yield taken("erase")
        left = set()
    elif said and said.span and said.more.get("mark") == Mark.LEAVE_OUT.value:
        span = said.span
        place = (span.version, span.start, span.end)
        yield events.Narrowed(story_id, person_id, at, "leave out", (), *place)
        left -= {"kept back"}
    elif said and kind is Kind.GIVEN and before is not None:
        refused = {
            use
            for use, answer in said.choices.items()
            if answer is Answer.NO and before.choices.get(use, NOTHING).answer in OPEN
        }
        if refused:
            yield taken("stop", refused)
        if _narrowed_uses(before, after) <= refused:
            left -= {"choices", "approvals"}
        if "not for" in left:
            yield taken("not for")
            left -= {"not for"}
    if left:
        yield taken("other")


def _narrowed_uses(before: StoryState, after: StoryState) -> set[Purpose]:
    """Uses that were open and have another answer, or a shorter time, now."""
    return {
        use
        for use, choice in before.choices.items()
        if choice.answer in OPEN
        and (after.choices.get(use, NOTHING) != choice)
        and not _is_wider(choice, after.choices.get(use, NOTHING))
    }


def _is_wider(old: Choice, new: Choice) -> bool:
    """Does the new answer allow at all times what the old one did?"""
    starts = new.since is None or (old.since is not None and new.since <= old.since)
    ends = new.until is None or (old.until is not None and old.until <= new.until)
    answer = new.answer is Answer.YES or new.answer is old.answer
    return answer and new.answer in OPEN and starts and ends
