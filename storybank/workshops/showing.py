"""The one way to show a card: its text as it may be shown at this moment, or nothing.

Phones, walls, paper, slides and reports all come here. The door is asked anew each time, for the
whole passage or for the shorter text that a facilitator chose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import ApprovalStanding
from storybank.consent.rules import Use, Variant
from storybank.db import slices
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Kept, Place
from storybank.workshops.models import FrozenItem, PackItem

Item = PackItem | FrozenItem


@dataclass(frozen=True)
class Shown:
    """A card let out for one use; lives for one request."""

    item_id: int
    """The card's number in its pack (``PackItem.id``), frozen or not."""
    words: str
    """The text to show: shortened where the card is."""
    attribution: str
    note: str
    """The content note, to be shown before the words; empty where there is none."""
    place: Place
    excerpt: Excerpt
    """The same words as the door gave them."""

    @property
    def shortened(self) -> bool:
        return " [...] " in self.words


def shown(session: Session, use: Use, items: Iterable[Item]) -> dict[int, Shown]:
    """What of these cards may be shown now: {id of the pack's item: card}, in their order.

    ``use`` carries the workshop's audience and event (``service.for_meeting``). A card that left
    its pack since it was frozen is not there; neither is one whose text the use does not allow.
    """
    items = _standing(session, list(items))
    whole = {item.place for item in items if not item.kept}
    plain = replace(use, variant=Variant.ORIGINAL, sha256="")
    words: dict[tuple[Place, str], Excerpt] = {
        (one.place, ""): one for one in reading.excerpts(session, plain, whole)
    }
    words |= _shorter(session, use, [item for item in items if item.kept])
    found: dict[int, Shown] = {}
    for item in items:
        excerpt = words.get((item.place, _key(item.kept)))
        if excerpt is not None:
            number = item.pack_item_id if isinstance(item, FrozenItem) else item.id
            found[number] = Shown(
                number, excerpt.words, excerpt.attribution, item.note, item.place, excerpt
            )
    return found


def shown_text(session: Session, use: Use, place: Place, kept: Kept | None) -> Excerpt | None:
    """One passage, whole or shortened to ``kept``, if this use allows just that now."""
    if not kept:
        plain = replace(use, variant=Variant.ORIGINAL, sha256="")
        return next(iter(reading.excerpts(session, plain, [place])), None)
    return _shorter_of(session, use, {place: kept}).get(place)


def _standing(session: Session, items: list[Item]) -> list[Item]:
    """Without those frozen cards that have left their pack."""
    frozen = {item.pack_item_id for item in items if isinstance(item, FrozenItem)}
    there: set[int] = set()
    for ids in slices(sorted(frozen)):
        there.update(
            session.scalars(
                select(PackItem.id).where(PackItem.id.in_(ids), PackItem.pulled_at.is_(None))
            )
        )
    return [i for i in items if not isinstance(i, FrozenItem) or i.pack_item_id in there]


def _shorter(
    session: Session, use: Use, items: Collection[Item]
) -> dict[tuple[Place, str], Excerpt]:
    """Shortened texts, each asked for as such; one place may be cut in two ways."""
    found: dict[tuple[Place, str], Excerpt] = {}
    waiting = {(item.place, _key(item.kept)): item.kept or [] for item in items}
    while waiting:
        now_asked: dict[Place, tuple[str, Kept]] = {}
        for (place, key), kept in waiting.items():
            now_asked.setdefault(place, (key, kept))
        texts = _shorter_of(session, use, {p: kept for p, (_, kept) in now_asked.items()})
        for place, (key, _) in now_asked.items():
            del waiting[place, key]
            if place in texts:
                found[place, key] = texts[place]
    return found


def _shorter_of(session: Session, use: Use, kept: dict[Place, Kept]) -> dict[Place, Excerpt]:
    short = replace(use, variant=Variant.SHORTENED, sha256="")
    texts = reading.excerpts(session, short, kept, kept)
    found = {one.place: one for one in texts}
    left = [place for place in kept if place not in found]
    for place, sha in _said_yes_to(session, short, left):
        asked = replace(short, sha256=sha)
        for one in reading.excerpts(session, asked, [place], {place: kept[place]}):
            found[place] = one
    return found


def _said_yes_to(session: Session, use: Use, places: list[Place]) -> list[tuple[Place, str]]:
    """Texts that storytellers said yes to at these places: the door says whether it is this one."""
    rows = session.execute(
        select(
            ApprovalStanding.story_id, ApprovalStanding.version, ApprovalStanding.start,
            ApprovalStanding.end, ApprovalStanding.sha256,
        ).where(
            ApprovalStanding.story_id.in_({place.story_id for place in places}),
            ApprovalStanding.variant == use.variant.value,
            ApprovalStanding.event == use.event,
        )
    )  # fmt: skip
    wanted = set(places)
    return [(Place(*row[:4]), row.sha256) for row in rows if Place(*row[:4]) in wanted]


def _key(kept: Kept | None) -> str:
    return ",".join(f"{first}-{last}" for first, last in kept) if kept else ""
