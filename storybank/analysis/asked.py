"""What a page of pictures was asked for: which codings, and how its address says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from storybank.analysis.codings import Chosen, coders, tellers
from storybank.analysis.hiding import FEWEST
from storybank.analysis.language import parse
from storybank.analysis.queries import matching
from storybank.analysis.query import Has, leaves
from storybank.analysis.query import Node as Query
from storybank.coding.showing import Shelf, shelf_of
from storybank.consent.rules import Use
from storybank.errors import BadInput, Refused
from storybank.stories.rules import ATTRIBUTES

ONE_BY_ONE = (
    "Codes that come together are not counted by what is known of storytellers: it could tell who "
    "somebody is. Ask this at \u201cCode frequencies\u201d, or look at \u201cCodes by "
    "country, role and more\u201d."
)
FEW = (
    f"This question is about what is known of storytellers, and fewer than {FEWEST} fit. "
    "No picture is drawn of so few people. Ask more widely."
)


@dataclass(frozen=True)
class Asked:
    """Which codings were asked for, the codebook they stand in, and who coded."""

    chosen: Chosen
    shelf: Shelf
    coders: Mapping[int, str]
    family: str = ""
    coder_ids: tuple[int, ...] = ()
    q: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    by_facts: bool = False
    """The question names what is known of storytellers: small numbers are hidden."""

    @property
    def args(self) -> dict[str, object]:
        """The same as parts of an address."""
        said = {"family": self.family, "coder": list(self.coder_ids), "q": self.q}
        return {name: value for name, value in said.items() if value}

    @property
    def words(self) -> str:
        """The same as a person says it; blank for everything."""
        parts = []
        if self.family:
            parts.append(next(f.name for f in self.shelf.families if f.key == self.family))
        if self.coder_ids:
            parts.append("coded by " + ", ".join(self.coders[one] for one in self.coder_ids))
        if self.q:
            parts.append(f"stories that fit {self.q}")
        return "; ".join(parts)


def asked(
    session: Session,
    use: Use,
    *,
    family: str = "",
    coder_ids: Sequence[int] = (),
    q: str = "",
    facts: bool = True,
) -> Asked:
    """What these parts of an address mean. A family or coder that is not there is passed over;
    a question that cannot be answered is an error at ``q``, and nothing is chosen.

    ``facts`` says whether the question may name what is known of storytellers.
    """
    shelf, people = shelf_of(session), coders(session, use)
    family = family if any(one.key == family for one in shelf.families) else ""
    ids = tuple(dict.fromkeys(one for one in coder_ids if one in people))
    codes = frozenset(code.id for code in shelf.codes.values() if code.family == family)
    q, stories, errors, by_facts = q.strip(), None, {}, False
    if q:
        try:
            by_facts = _names_facts(parse(q))
            stories = frozenset(matching(session, use, q).story_ids)
            if by_facts and not facts:
                raise BadInput(ONE_BY_ONE)
            if by_facts and _too_few(session, stories):
                raise BadInput(FEW)
        except (BadInput, Refused) as no:
            errors, stories = {"q": no.sentence}, frozenset()
    chosen = Chosen(codes if family else None, frozenset(ids) if ids else None, stories)
    return Asked(chosen, shelf, people, family, ids, q, errors, by_facts)


def _names_facts(query: Query) -> bool:
    return any(isinstance(one, Has) and one.field in ATTRIBUTES for one in leaves(query))


def _too_few(session: Session, stories: frozenset[int]) -> bool:
    whose = tellers(session)
    return len({whose[story] for story in stories if story in whose}) < FEWEST
