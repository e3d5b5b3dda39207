"""A REFI-QDA project of what a use allows: coders, codes, stories, places, codings and memos."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding, CodingFlag
from storybank.coding.seeing import seen_throughout
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.exchange import about, guids
from storybank.exchange.guids import Guids
from storybank.exchange.refi_codes_out import ORIGIN, as_bytes, codes_element
from storybank.exchange.refi_rules import PROJECT, as_time, xml_text
from storybank.exchange.terms import Terms, terms_of
from storybank.memos import reading as memos
from storybank.memos.reading import MemoCard
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.reading import StoryText
from storybank.stories.rules import ATTRIBUTES, MASK

_Q = f"{{{PROJECT}}}"
KINDS = (
    guids.CODE, guids.FAMILY, guids.STORY, guids.CODING, guids.PASSAGE, guids.MEMO_PLACE,
    guids.MEMO, guids.ACCOUNT,
)  # fmt: skip


@dataclass(frozen=True)
class StoryOut:
    """What the manifest says of one story; ``text`` is what leaves of it."""

    story_id: int
    guid: str
    file: str
    title: str
    text: str = field(repr=False)
    version: int = 1
    outline: dict[str, Any] = field(default_factory=dict)
    terms: Terms = Terms()

    @property
    def left_out(self) -> int:
        """How many letters are kept back."""
        return self.text.count(MASK)


@dataclass
class ProjectOut:
    """A project, checked, ready to be packed."""

    xml: bytes
    stories: list[StoryOut]
    codings: int
    memos: int
    memos_left_out: int
    flags: dict[str, dict[str, str]]


class _Builder:
    def __init__(self, session: Session, use: Use) -> None:
        self._session, self._use = session, use
        self._home = guids.make_house(session)
        self._known = Guids(session, self._home, KINDS)
        self._users: dict[int, str] = {}
        self._selections: dict[tuple[int, int, int], Element] = {}
        self._coding_elements: dict[int, Element] = {}
        self._sources: dict[int, Element] = {}

    def build(self, story_ids: Collection[int]) -> ProjectOut:
        session, use = self._session, self._use
        root = Element(f"{_Q}Project", {"name": ORIGIN, "origin": ORIGIN})
        if use.actor.account_id is not None:
            root.set("creatingUserGUID", self._user(use.actor.account_id))
        root.set("creationDateTime", as_time(use.at))
        rows = self._codings(story_ids)
        used = {row.code_id for row in rows}
        codes = codes_element(session, self._known, PROJECT, used)
        texts = reading.stories(session, use, sorted(story_ids))
        terms = terms_of(session, use, [text.story_id for text in texts])
        stories = [self._source(text, terms[text.story_id]) for text in texts]
        versions = {text.story_id: text.version for text in texts}
        cards = memos.for_export(session, use)
        going = [card for card in cards if self._goes(card, versions, codes.by_id)]
        going_ids = {card.id for card in going}
        codings = [row for row in rows if versions.get(row.story_id) == row.version]
        self._places(codings, [c for c in going if c.place], codes.by_id)
        notes = Element(f"{_Q}Notes")
        for card in going:
            self._note(notes, card, codes.by_id, root, going_ids)
        flags = self._flags([row.id for row in codings])
        self._assemble(root, codes.codes, texts, notes)
        return ProjectOut(
            as_bytes(root, PROJECT), stories, len(codings), len(going), len(cards) - len(going),
            flags,
        )  # fmt: skip

    def _codings(self, story_ids: Collection[int]) -> list[Any]:
        """Every coding on these stories that the use may see."""
        columns = (
            Coding.id, Coding.story_id, Coding.version, Coding.start, Coding.end,
            Coding.code_id, Coding.coder_id, Coding.made_at,
        )  # fmt: skip
        order = (Coding.story_id, Coding.start, Coding.end, Coding.id)
        rows = self._session.execute(
            select(*columns).where(seen_throughout(self._use)).order_by(*order)
        )
        wanted = set(story_ids)
        return [row for row in rows if row.story_id in wanted]

    def _source(self, text: StoryText, terms: Terms) -> StoryOut:
        guid = self._known.of(guids.STORY, text.story_id)
        title = xml_text(text.title)
        source = self._sources[text.story_id] = Element(
            f"{_Q}TextSource",
            {"guid": guid, "name": title, "plainTextPath": f"internal://{guid}.txt"},
        )
        SubElement(source, f"{_Q}Description").text = xml_text(
            f"{self._use.purpose.sentence} {terms.sentence}"
        )
        outline = {
            "blocks": [[b.kind, b.start, b.end, b.level] for b in text.blocks],
            "marks": [[m.start, m.end, m.kind] for m in text.marks],
        }
        return StoryOut(
            text.story_id, guid, f"sources/{guid}.txt", title, text.text, text.version, outline,
            terms,
        )  # fmt: skip

    def _places(self, rows: list[Any], noted: list[MemoCard], codes: dict[int, Element]) -> None:
        """Selections in the order of the words, each once, with the codings on it."""
        names: dict[tuple[int, int, int], str] = {}
        for row in rows:
            key = (row.story_id, row.start, row.end)
            foreign = self._known.foreign(guids.PASSAGE, row.id)
            if foreign or key not in names:
                names[key] = names.get(key) or foreign or ""
        for card in noted:
            assert card.place is not None
            key = (card.place.story_id, card.place.start, card.place.end)
            names[key] = names.get(key) or (self._known.foreign(guids.MEMO_PLACE, card.id) or "")
        for key in sorted(names):
            story_id, start, end = key
            guid = names[key] or guids.derived(
                self._home, guids.PASSAGE, f"{story_id} {start} {end}"
            )
            self._selections[key] = SubElement(
                self._sources[story_id], f"{_Q}PlainTextSelection",
                {"guid": guid, "startPosition": str(start), "endPosition": str(end)},
            )  # fmt: skip
        for row in rows:
            selection = self._selections[row.story_id, row.start, row.end]
            coding = self._coding_elements[row.id] = SubElement(
                selection, f"{_Q}Coding",
                {"guid": self._known.of(guids.CODING, row.id),
                 "creatingUser": self._user(row.coder_id),
                 "creationDateTime": as_time(row.made_at)},
            )  # fmt: skip
            target = codes[row.code_id].get("guid") or ""
            SubElement(coding, f"{_Q}CodeRef", {"targetGUID": target})

    def _goes(self, card: MemoCard, versions: dict[int, int], codes: dict[int, Element]) -> bool:
        if card.story_id is not None and card.story_id not in versions:
            return False
        if card.place is not None and versions.get(card.place.story_id) != card.place.version:
            return False
        return card.kind.value != "code" or card.code_id in codes

    def _note(
        self, notes: Element, card: MemoCard, codes: dict[int, Element], root: Element,
        going: set[int],
    ) -> None:  # fmt: skip
        guid = self._known.of(guids.MEMO, card.id)
        note = SubElement(
            notes, f"{_Q}Note",
            {"guid": guid, "name": xml_text(card.title), **self._made(card)},
        )  # fmt: skip
        SubElement(note, f"{_Q}PlainTextContent").text = xml_text(card.body)
        if card.answers_id in going:
            target = self._known.of(guids.MEMO, card.answers_id or 0)
            SubElement(note, f"{_Q}NoteRef", {"targetGUID": target})
            return
        above = root
        if card.coding_id in self._coding_elements:
            above = self._coding_elements[card.coding_id or 0]
        elif card.place is not None:
            place = card.place
            above = self._selections[place.story_id, place.start, place.end]
        elif card.story_id is not None:
            above = self._sources[card.story_id]
        elif card.kind.value == "code" and card.code_id is not None:
            above = codes[card.code_id]
        ref = Element(f"{_Q}NoteRef", {"targetGUID": guid})
        # Notes come after descriptions and before the codes inside a code.
        inner = [at for at, one in enumerate(above) if one.tag == f"{_Q}Code"]
        above.insert(inner[0], ref) if inner else above.append(ref)

    def _made(self, card: MemoCard) -> dict[str, str]:
        return {
            "creatingUser": self._user(card.account_id),
            "creationDateTime": as_time(card.made_at),
            "modifyingUser": self._user(card.account_id),
            "modifiedDateTime": as_time(card.changed_at),
        }

    def _assemble(
        self, root: Element, codes: Element, texts: list[StoryText], notes: Element
    ) -> None:
        refs = list(root)  # notes on the project as a whole: the last of its children
        for ref in refs:
            root.remove(ref)
        users = SubElement(root, f"{_Q}Users") if self._users else None
        names = self._names(self._users)
        for number, guid in sorted(self._users.items()):
            name = xml_text(names.get(number, "")) or f"Coder {number}"
            assert users is not None
            SubElement(users, f"{_Q}User", {"guid": guid, "name": name})
        if len(codes):
            SubElement(root, f"{_Q}CodeBook").append(codes)
        self._cases(root, texts)
        if self._sources:
            SubElement(root, f"{_Q}Sources").extend(self._sources.values())
        if len(notes):
            root.append(notes)
        said = [*about.head(self._use, self._use.at), *about.DUTY]
        SubElement(root, f"{_Q}Description").text = xml_text("\n".join(said))
        root.extend(refs)

    def _cases(self, root: Element, texts: list[StoryText]) -> None:
        names = [one for one in ATTRIBUTES if any(text.attributes.get(one) for text in texts)]
        if not names:
            return
        variables = SubElement(root, f"{_Q}Variables")
        ids = {name: guids.derived(self._home, "variable", name) for name in names}
        for name in names:
            SubElement(
                variables, f"{_Q}Variable",
                {"guid": ids[name], "name": name, "typeOfVariable": "Text"},
            )  # fmt: skip
        cases = SubElement(root, f"{_Q}Cases")
        for text in texts:
            case = SubElement(
                cases, f"{_Q}Case",
                {"guid": guids.derived(self._home, "case", text.story_id),
                 "name": f"Story {text.story_id}"},
            )  # fmt: skip
            for name in names:
                if text.attributes.get(name):
                    value = SubElement(case, f"{_Q}VariableValue")
                    SubElement(value, f"{_Q}VariableRef", {"targetGUID": ids[name]})
                    SubElement(value, f"{_Q}TextValue").text = xml_text(text.attributes[name])
            guid = self._known.of(guids.STORY, text.story_id)
            SubElement(case, f"{_Q}SourceRef", {"targetGUID": guid})

    def _user(self, number: int) -> str:
        return self._users.setdefault(number, self._known.of(guids.ACCOUNT, number))

    def _names(self, numbers: Iterable[int]) -> dict[int, str]:
        rows = self._session.execute(
            select(Account.id, Account.name).where(Account.id.in_(list(numbers)))
        )
        return {number: name for number, name in rows}

    def _flags(self, coding_ids: list[int]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for ids in slices(coding_ids):
            rows = self._session.execute(
                select(CodingFlag.coding_id, CodingFlag.name, CodingFlag.value).where(
                    CodingFlag.coding_id.in_(ids)
                )
            )
            for number, name, value in rows:
                found.setdefault(self._known.of(guids.CODING, number), {})[name] = value
        return found


def project(session: Session, use: Use, story_ids: Collection[int]) -> ProjectOut:
    """A project of these stories, those of them that the use allows, with all that stands on
    them that it may see. The caller's transaction may write the house's GUID.

    Raises Misshapen where it would not be as the standard says.
    """
    return _Builder(session, use).build(story_ids)


def coded(session: Session, use: Use) -> set[int]:
    """Stories the use allows that carry a coding it may see."""
    rows = session.scalars(select(Coding.story_id).where(seen_throughout(use)).distinct())
    return set(rows) & reading.permitted_ids(session, use)
