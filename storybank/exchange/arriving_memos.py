"""Notes of an arrival become memos on what they stood on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.exchange import guids
from storybank.exchange.arriving_codes import CodesTaker
from storybank.exchange.arriving_people import PeopleTaker
from storybank.exchange.arriving_stories import StoriesTaker
from storybank.exchange.came import Came, NoteIn
from storybank.memos.models import Memo


class MemosTaker:
    """Writes memos; answers after what they answer."""

    def __init__(
        self, session: Session, came: Came, people: PeopleTaker, codes: CodesTaker,
        stories: StoriesTaker,
    ) -> None:  # fmt: skip
        self._session, self._came = session, came
        self._people, self._codes, self._stories = people, codes, stories
        self._known = guids.known(session, guids.MEMO) if came.notes else {}
        self._passages = (
            {*guids.known(session, guids.PASSAGE, []), *guids.known(session, guids.MEMO_PLACE, [])}
            if came.notes
            else set()
        )
        self._is: dict[str, Memo] = {}
        self.made: list[int] = []

    def take(self) -> None:
        """Take in every note."""
        answers = []
        for note in self._came.notes:
            if note.guid and note.guid in self._known:
                self._is[note.guid] = self._session.get_one(Memo, self._known[note.guid])
                self._came.count("memos here already")
            elif note.on == "note":
                answers.append(note)
            else:
                self._write(note, self._about(note))
        waiting = len(answers) + 1
        while answers and len(answers) < waiting:
            waiting = len(answers)
            answers = [note for note in answers if not self._answer(note)]
        if answers:  # What they answer did not come, or they answer each other in a ring.
            self._came.lose("note without place", count=len(answers))

    def _answer(self, note: NoteIn) -> bool:
        parent = self._is.get(note.to or "")
        if parent is None:
            return False
        about = Memo(
            kind=parent.kind, story_id=parent.story_id, version=parent.version,
            start=parent.start, end=parent.end, code_id=parent.code_id,
            coding_id=parent.coding_id, answers_id=parent.answers_id or parent.id,
        )  # fmt: skip
        self._write(note, about)
        return True

    def _about(self, note: NoteIn) -> Memo | None:
        """An unwritten memo that stands where the note does; None where that did not come."""
        if note.on == "project":
            return Memo(kind="project")
        if note.on == "code":
            code = self._codes.number(note.to or "")
            return Memo(kind="code", code_id=code) if code else Memo(kind="project")
        found = self._stories.story(note.source)
        if found is None:
            return None
        story_id, version = found
        if note.on == "story":
            return Memo(kind="story", story_id=story_id)
        coding = self._stories.coding(note.to) if note.on == "coding" else None
        return Memo(
            kind="passage", story_id=story_id, version=version, start=note.start, end=note.end,
            coding_id=coding,
        )  # fmt: skip

    def _write(self, note: NoteIn, memo: Memo | None) -> None:
        if memo is None:
            self._came.lose("note without place")
            return
        memo.title, memo.body = note.title, note.body
        memo.account_id = self._people.account(note.user)
        memo.made_at = datetime.fromisoformat(note.at) if note.at else now()
        changed = datetime.fromisoformat(note.changed) if note.changed else memo.made_at
        memo.changed_at = max(changed, memo.made_at)
        self._session.add(memo)
        self._session.flush()
        self.made.append(memo.id)
        if note.guid:
            guids.keep(self._session, guids.MEMO, [(memo.id, note.guid)])
            self._is[note.guid] = memo
        if note.on == "passage" and note.to and note.to not in self._passages:
            self._passages.add(note.to)
            guids.keep(self._session, guids.MEMO_PLACE, [(memo.id, note.to)])
