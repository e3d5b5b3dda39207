"""Codes of an arrival put into the codebook: matched where they are known, else added."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.cards import CUE, NEAR_MISS
from storybank.codebook.changes import LOAD
from storybank.codebook.models import Code, Codebook, CodebookChange, Cue, Family
from storybank.codebook.rules import NAME, PHRASE, PHRASES, WORDS, bad_key, clean_phrases, key_from
from storybank.exchange import guids
from storybank.exchange.came import Came, CodeIn
from storybank.exchange.models import ForeignId
from storybank.exchange.refi_rules import KEY, PARTS
from storybank.people.rules import Actor

QUESTION = "Codes that came from another program."


class CodesTaker:
    """``number`` says which code of ours a code of the file is."""

    def __init__(self, session: Session, came: Came, match_names: bool) -> None:
        self._session, self._came, self._match_names = session, came, match_names
        self._codes = guids.known(session, guids.CODE)
        self._families = guids.known(session, guids.FAMILY)
        self._by_name: dict[str, int] = {}
        self._ends: dict[int, int | None] = {}
        self._keys: dict[str, str] = {}
        self._parents: dict[int, int] = {}
        rows = session.execute(
            select(Code.id, Code.key, Code.name, Code.merged_into_id, Code.retired_at,
                   Code.family_id).order_by(Code.id.desc())
        )  # fmt: skip
        self._family_of: dict[int, int] = {}
        for number, key, name, merged, retired, family in rows:
            self._keys[key.lower()] = key
            self._family_of[number] = family
            self._ends[number] = merged if retired is not None else number
            if retired is None:
                self._by_name[name.casefold()] = number
        self._is: dict[str, int] = {}
        self._in_family: dict[str, int] = {}
        self.made: list[int] = []
        self.made_families: list[int] = []
        self.matched = 0

    def number(self, guid: str) -> int | None:
        """Our code for a GUID of the file; None for a heading, or one that did not come."""
        return self._is.get(guid)

    def take(self, by: Actor) -> None:
        """Match or add every code."""
        with_children = {code.parent for code in self._came.codes}
        place = self._session.scalar(select(sa.func.max(Code.position)))
        position = -1 if place is None else place
        for code in self._came.codes:
            if code.parent is None and not code.codable and code.guid not in self._codes:
                self._in_family[code.guid] = self._family(code.guid, code.name, code.definition)
                continue
            if not code.codable and code.guid in with_children:
                self._came.lose("heading")
            found = self._match(code)
            if found is None:
                position += 1
                found = self._add(code, position)
            else:
                self.matched += 1
            self._is[code.guid] = found
            self._in_family[code.guid] = self._family_of[found]
        if self.made or self.made_families:
            self._session.add(
                CodebookChange(
                    kind=LOAD, account_id=by.account_id, at=now(),
                    why=f"From {self._came.origin or 'another program'}",
                    detail={"before": {}, "after": {}},
                )
            )  # fmt: skip

    def _match(self, code: CodeIn) -> int | None:
        number = self._codes.get(code.guid)
        seen: set[int] = set()
        while number is not None and number not in seen:
            seen.add(number)
            end = self._ends.get(number)
            if end == number:
                return number
            number = end
        number = self._by_name.get(code.name.casefold()) if self._match_names else None
        if number is not None and code.guid not in self._codes:
            self._adopt(guids.CODE, number, code.guid)
            self._codes[code.guid] = number
        return number

    def _adopt(self, kind: str, number: int, guid: str) -> None:
        """What is matched by its name goes by the file's GUID from now on, if it had none."""
        there = select(ForeignId.guid).where(ForeignId.kind == kind, ForeignId.number == number)
        if self._session.scalar(there) is None:
            guids.keep(self._session, kind, [(number, guid)])

    def _add(self, code: CodeIn, position: int) -> int:
        family = self._in_family.get(code.parent or "")
        if family is None:
            origin = self._came.origin or "another program"
            family = self._family(None, f"From {origin}"[:NAME], QUESTION)
        parent = self._is.get(code.parent or "")
        made = Code(
            family_id=family, key=self._key(code), name=code.name, definition=code.definition,
            position=position, colour=code.colour, parent_id=parent,
            **dict(
                zip(("include", "exclude", "example", "not_example"),
                    (self._cut(code.parts.get(name, "")) for name in PARTS[:4]), strict=True)
            ),
        )  # fmt: skip
        made.definition = self._cut(made.definition)
        self._session.add(made)
        self._session.flush()
        for kind, name in ((CUE, PARTS[4]), (NEAR_MISS, PARTS[5])):
            phrases = clean_phrases(code.parts.get(name, "").split("\n"))[:PHRASES]
            self._session.add_all(
                Cue(code_id=made.id, kind=kind, phrase=one) for one in phrases if len(one) <= PHRASE
            )
        if code.guid not in self._codes:
            guids.keep(self._session, guids.CODE, [(made.id, code.guid)])
            self._codes[code.guid] = made.id
        self._family_of[made.id] = family
        self._ends[made.id] = made.id
        self._by_name.setdefault(made.name.casefold(), made.id)
        self.made.append(made.id)
        return made.id

    def _cut(self, text: str) -> str:
        if len(text) > WORDS:
            self._came.lose("note cut")
        return text[:WORDS]

    def _key(self, code: CodeIn) -> str:
        wanted = code.parts.get(KEY, "").strip()
        if not wanted or bad_key(wanted) or wanted.lower() in self._keys:
            wanted = key_from(code.name, (), self._keys)
        self._keys[wanted.lower()] = wanted
        return wanted

    def _family(self, guid: str | None, name: str, question: str) -> int:
        if guid is not None and guid in self._families:
            return self._families[guid]
        there = self._session.scalar(
            select(Family.id).where(sa.func.lower(Family.name) == name.lower()).limit(1)
        )
        if there is not None and (guid is None or self._match_names):
            if guid is not None:
                self._adopt(guids.FAMILY, there, guid)
                self._families[guid] = there
            return there
        keys = set(self._session.scalars(select(Family.key)))
        last = self._session.scalar(select(sa.func.max(Family.position)))
        family = Family(
            codebook_id=self._book(), key=key_from(name, (), keys).lower(), name=name[:NAME],
            question=question[:WORDS] or QUESTION, position=0 if last is None else last + 1,
        )  # fmt: skip
        self._session.add(family)
        self._session.flush()
        if guid is not None:
            guids.keep(self._session, guids.FAMILY, [(family.id, guid)])
            self._families[guid] = family.id
        self.made_families.append(family.id)
        return family.id

    def _book(self) -> int:
        number = self._session.scalar(select(Codebook.id).order_by(Codebook.id.desc()).limit(1))
        if number is None:
            book = Codebook(
                key="codebook", name="Codebook", version="1", unit_of_coding="", ground_rules=[],
                flags={},
            )  # fmt: skip
            self._session.add(book)
            self._session.flush()
            number = book.id
        return number
