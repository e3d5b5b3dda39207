"""What clusters do to the codes of the codebook: support, extend or challenge one, or are new.

A person says so. What the words of a cluster's answers suggest is worked out at the moment from
the codebook's cue phrases, and nothing of it is kept until a person confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.codebook.models import Code
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.meetings import state, team
from storybank.suggest.cue_phrases import cue_phrases
from storybank.suggest.plain_cues import reasons_in
from storybank.synthesis import cluster_acts, moving
from storybank.synthesis.clusters import Answer
from storybank.synthesis.models import Cluster, ThemeLink
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

KIND = "theme of a cluster"
MOST = 20
"""Themes that one cluster may have."""
OFFERED = 5
"""How many codes are suggested at a time."""


class Relation(StrEnum):
    """What a cluster does to a code."""

    SUPPORTS = "supports"
    EXTENDS = "extends"
    CHALLENGES = "challenges"
    NEW = "new"

    @property
    def sentence(self) -> str:
        """What forms print."""
        return RELATIONS[self]


RELATIONS = {
    Relation.SUPPORTS: "Supports it: people say the same",
    Relation.EXTENDS: "Extends it: people add to it",
    Relation.CHALLENGES: "Challenges it: people see it differently",
    Relation.NEW: "Is new: no code says this yet",
}


@dataclass(frozen=True)
class Theme:
    """One thing a cluster says of a code; ``name`` is blank where the theme is new."""

    id: int
    relation: Relation
    code_id: int | None
    name: str
    suggested: bool
    made_at: datetime


@dataclass
class Offer:
    """A code that the words of a cluster's answers suggest, with the phrases that led to it."""

    code_id: int
    name: str
    answers: int = 0
    phrases: list[str] = field(default_factory=list)
    check: bool = False
    """Every phrase stands beside a "not" or its like: the meaning must be checked."""


def themes(session: Session, workshop_id: int) -> dict[int, list[Theme]]:
    """What each standing cluster says of codes, in the order in which it was said."""
    rows = session.execute(
        select(ThemeLink, Code.name)
        .join(Cluster, Cluster.id == ThemeLink.cluster_id)
        .outerjoin(Code, Code.id == ThemeLink.code_id)
        .where(
            Cluster.workshop_id == workshop_id,
            Cluster.removed_at.is_(None),
            ThemeLink.removed_at.is_(None),
        )
        .order_by(ThemeLink.id)
    )
    found: dict[int, list[Theme]] = {}
    for link, name in rows:
        theme = Theme(
            link.id, Relation(link.relation), link.code_id, name or "", link.suggested,
            link.made_at,
        )  # fmt: skip
        found.setdefault(link.cluster_id, []).append(theme)
    return found


def offers(session: Session, answers: Iterable[Answer], taken: Iterable[int | None]) -> list[Offer]:
    """Which codes the answers' words suggest, those of most answers first, without those
    ``taken`` already. Works on what is handed in and keeps nothing of it."""
    cues, there = cue_phrases(session), set(taken)
    names = {code.id: code.name for code in codebook.codes_by_id(session).values()}
    found: dict[int, Offer] = {}
    sure: set[int] = set()
    for answer in answers:
        seen: set[int] = set()
        for one in reasons_in(cues, answer.text):
            if one.code_id in there or one.code_id not in names:
                continue
            offer = found.setdefault(one.code_id, Offer(one.code_id, names[one.code_id]))
            offer.phrases += [answer.text[start:end] for start, end in one.because]
            seen.add(one.code_id)
            if not one.check_meaning:
                sure.add(one.code_id)
        for code_id in seen:
            found[code_id].answers += 1
    for offer in found.values():
        offer.phrases = list(dict.fromkeys(offer.phrases))[:3]
        offer.check = offer.code_id not in sure
    return sorted(found.values(), key=lambda one: (-one.answers, one.code_id))[:OFFERED]


def link(
    session: Session, use: Use, workshop_id: int, cluster_id: int, relation: Relation,
    code_id: int | None, suggested: bool = False,
) -> bool:  # fmt: skip
    """Say what a cluster does to a code; False where that was said already.

    For a code that was merged, the code it went into. Raises BadInput where there is no such
    code in use, or too many; NotFound for anybody who does not run the workshop, or where there
    is no such cluster; Conflict once the workshop is closed.
    """
    moving.held(session, use, workshop_id)
    found = moving.one(session, workshop_id, cluster_id)
    name = "a new theme"
    if relation is Relation.NEW:
        code_id = None
    else:
        if code_id is None:
            raise BadInput("Choose the code.")
        [card] = codebook.codes(session, [code_id])
        code_id, name = card.id, card.name
    there = session.scalars(
        select(ThemeLink).where(ThemeLink.cluster_id == cluster_id, ThemeLink.removed_at.is_(None))
    ).all()
    if any(one.code_id == code_id and one.relation == relation for one in there):
        return False
    if len(there) >= MOST:
        raise BadInput(f"A cluster has at most {MOST} themes. Take one off first.")
    made = ThemeLink(
        cluster_id=cluster_id, code_id=code_id, relation=relation.value, suggested=suggested,
        made_by=undoing.account_of(use), made_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    said = "is new" if relation is Relation.NEW else f"{relation.value} “{name}”"
    _note(session, use, workshop_id, f"“{found.title}” {said}", made.id, on=True)
    return True


def unlink(session: Session, use: Use, workshop_id: int, link_id: int) -> int:
    """Take a theme off its cluster, whose number is returned.

    Raises NotFound where it is not there, and as ``link`` does.
    """
    moving.held(session, use, workshop_id)
    found = session.get(ThemeLink, link_id, populate_existing=True)
    cluster = session.get(Cluster, found.cluster_id) if found else None
    if found is None or cluster is None or cluster.workshop_id != workshop_id:
        raise NotFound("There is no such theme.")
    if found.removed_at is None:
        found.removed_at = now()
        said = f"theme taken off “{cluster.title}”"
        _note(session, use, workshop_id, said, found.id, on=False)
    return cluster.id


class ThemeSaid:
    """A theme was put on a cluster ("on" in the detail) or taken off it."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        """Raises NotFound for anybody who does not run the workshop any more; Conflict once it
        is closed."""
        return self._set(session, use, act, standing=not act.detail["on"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        """Raises as ``undo`` does."""
        return self._set(session, use, act, standing=bool(act.detail["on"]))

    def _set(self, session: Session, use: Use, act: Act, standing: bool) -> Done:
        workshop_id = int(act.detail["workshop"])
        team.planned_for(session, use.actor, workshop_id)
        cluster_acts.hold(session, workshop_id)
        found = session.get(ThemeLink, act.detail["link"], populate_existing=True)
        if found is not None and (found.removed_at is None) != standing:
            found.removed_at = None if standing else now()
            state.changed(session, workshop_id)
        session.flush()
        says = self.says(act)
        return Done(f"{says[:1].upper()}{says[1:]}.")


UNDOERS = {KIND: ThemeSaid()}


def _note(session: Session, use: Use, workshop_id: int, said: str, link_id: int, on: bool) -> None:
    session.flush()
    detail = {"workshop": workshop_id, "says": said, "link": link_id, "on": on}
    undoing.note(session, use, KIND, detail)
    state.changed(session, workshop_id)
