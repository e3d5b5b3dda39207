"""What was read in a file that waits: its text with all that stands beside it, sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import NotFound
from storybank.intake.rules import Arrival
from storybank.people import sealing
from storybank.receiving.models import IntakeItem
from storybank.stories.canon import Canon, Note

NOT_READ = "It was not read yet, or its words are not kept here any more."


@dataclass(frozen=True)
class Read:
    """A story as its file has it, before anybody decided anything about it."""

    canon: Canon
    title: str
    external_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    """The codec in which the file's text was read; None where the kind of file settles it."""
    language: str | None = None
    """A code such as ``cy``; None where nobody said it and it was not guessed."""
    answers: Mapping[str, str] | None = None
    """What a table's row says the teller chose: use to yes, ask or no. None: it says nothing."""
    evidence: str | None = None
    """What a row says shows that; None where its table has no such column."""
    name: str | None = None
    """The name to show, as a row has it; None where its table has no such column."""
    name_style: str = ""

    @classmethod
    def from_arrival(cls, arrival: Arrival) -> Read:
        """What a reader of files returned, as it is kept here."""
        return cls(
            arrival.canon, arrival.title, arrival.external_id, dict(arrival.attributes),
            arrival.encoding, arrival.language or None, arrival.answers, arrival.evidence,
            arrival.name, arrival.name_style,
        )  # fmt: skip

    @property
    def arrival(self) -> Arrival:
        """The story as it stands at the door of the house."""
        return Arrival(
            self.canon, self.title, self.external_id, self.attributes, self.encoding,
            answers=self.answers, evidence=self.evidence, name=self.name,
            name_style=self.name_style, language=self.language or "",
        )  # fmt: skip

    def to_json(self) -> str:
        """All of it as JSON: it holds the story's words, so it is only kept sealed."""
        facts = asdict(replace(self, canon=Canon("", ())))
        del facts["canon"]
        return json.dumps({
            **facts,
            "text": self.canon.text,
            "places": self.canon.to_places(),
            "called": self.canon.title,
            "warnings": list(self.canon.warnings),
            "notes": [[n.kind, n.words, n.by, n.start, n.end] for n in self.canon.notes],
        }, ensure_ascii=False)  # fmt: skip

    @classmethod
    def from_json(cls, said: str) -> Read:
        """What `to_json` was called on."""
        held = json.loads(said)
        canon = Canon.from_places(held.pop("text"), held.pop("places"), held.pop("called"))
        warnings, notes = held.pop("warnings"), held.pop("notes")
        canon = replace(canon, warnings=tuple(warnings), notes=tuple(Note(*note) for note in notes))
        return cls(canon, **held)


def of(session: Session, item: IntakeItem) -> Read:
    """What was read for one item.

    Raises NotFound where it was not read, or is wiped; NotReady without the key.
    """
    if item.read is None:
        raise NotFound(NOT_READ)
    return Read.from_json(sealing.unseal(session, item.read))


def keep(session: Session, item: IntakeItem, read: Read) -> None:
    """Keep what was read for an item, sealed, in the caller's transaction; with its warnings.

    What becomes of the item (ready, asked) is for the caller to say. Raises NotReady without keys.
    """
    item.read = sealing.seal(session, read.to_json())
    item.warnings = list(read.canon.warnings)
    item.changed_at = now()
