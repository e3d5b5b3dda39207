"""What the storytellers of an intake chose, or the one of an item: the form, kept sealed.

It is kept as it was filled in and checked again when it is used, so that what a page shows, what
is kept and what is taken in with a story are the same.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from storybank.clock import now
from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose
from storybank.consent.service import Proof
from storybank.errors import Refused
from storybank.intake.service import Choices
from storybank.intake.words_form import LONGEST_FACT, WROTE
from storybank.people import sealing
from storybank.receiving.deciding import own_choices
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.reading import Read
from storybank.stories.choices_form import FIELDS, ChoicesForm
from storybank.stories.choices_terms import KNOWN
from storybank.stories.rules import ATTRIBUTES

NOT_CHOSEN = "Say first what the storytellers chose."
NOT_BY_ROWS = ("use-keep", "evidence", "evidence_kind")
"""Fields that rows of a table may answer for themselves."""
_KEPT = (
    *(f"use-{use.value}" for use in EIGHT), *FIELDS, *KNOWN, "wrote", *ATTRIBUTES,
)  # fmt: skip


@dataclass
class Chosen:
    """The form as it stands: the choices, who wrote the words down, and facts about the story."""

    form: ChoicesForm = field(default_factory=ChoicesForm)
    wrote: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def sent(
        cls,
        form: Mapping[str, str],
        upload: FileStorage | None = None,
        *,
        by_rows: bool = False,
        before: Chosen | None = None,
    ) -> Chosen:
        """The form as it came, checked.

        ``by_rows``: rows of a table say themselves what was chosen and what shows it, so these
        may stay blank here. ``before``: what was kept, whose scan stays where no other is sent.
        """
        typed = form if isinstance(form, MultiDict) else MultiDict(dict(form))
        fields = {name: typed.getlist(name) for name in _KEPT if typed.getlist(name)}
        choices = ChoicesForm.sent(typed, upload, new=True)
        if not choices.scan and before is not None:
            choices.scan = before.form.scan
        facts = {name: typed.get(name, "").strip() for name in ATTRIBUTES}
        errors: dict[str, str] = {}
        if typed.get("wrote") not in WROTE:
            errors["wrote"] = "Choose who wrote these words down."
        errors |= {
            name: f"Keep it under {LONGEST_FACT} letters."
            for name, said in facts.items()
            if len(said) > LONGEST_FACT
        }
        errors |= choices.errors
        for name in NOT_BY_ROWS if by_rows else ():
            errors.pop(name, None)
        return cls(choices, typed.get("wrote", ""), facts, errors, fields)

    def to_json(self) -> str:
        """All that was filled in, as JSON; it names people, so it is only kept sealed."""
        scan = b64encode(self.form.scan).decode() if self.form.scan else ""
        return json.dumps({"fields": self.fields, "scan": scan}, ensure_ascii=False)

    @classmethod
    def from_json(cls, said: str) -> Chosen:
        """What `to_json` was called on, checked again."""
        held = json.loads(said)
        made = cls.sent(MultiDict(held["fields"]))
        made.form.scan = b64decode(held["scan"])
        return made

    @property
    def choices(self) -> Choices:
        """What is taken in with a story."""
        form = self.form
        return Choices(
            form.chosen(), form.proof, form.channel, form.lasts, form.style, form.name,
            form.places, form.forms, form.facts, self.wrote == "somebody", form.shortened,
            form.translated, form.not_before, form.preferences, form.how(form.channel),
            extra={name: said for name, said in self.facts.items() if said},
        )  # fmt: skip


def keep(session: Session, intake: Intake, chosen: Chosen) -> None:
    """Keep the choices of all those of an intake that have none of their own."""
    intake.choices = sealing.seal(session, chosen.to_json())


def of_intake(session: Session, intake: Intake) -> Chosen | None:
    """The choices of a whole intake; None while nobody said."""
    if intake.choices is None:
        return None
    return Chosen.from_json(sealing.unseal(session, intake.choices))


def of_item(session: Session, item: IntakeItem) -> Chosen | None:
    """An item's own choices; None where those of its intake count."""
    said = own_choices(session, item)
    return None if said is None else Chosen.from_json(said)


def choices_of(
    session: Session, intake: Intake, item: IntakeItem, read: Read | None = None
) -> Choices:
    """What is taken in with an item: its own choices, else the intake's; what its row says
    counts before both.

    Raises Refused where nobody said anything.
    """
    chosen = of_item(session, item) or of_intake(session, intake)
    if chosen is None:
        raise Refused(NOT_CHOSEN)
    return chosen.choices if read is None else with_row(chosen.choices, read)


def with_row(choices: Choices, read: Read) -> Choices:
    """The choices, with what the row of a table says before them."""
    if read.answers is not None:
        told = {
            Purpose(use): Answer(said)
            for use, said in read.answers.items()
            if use in {one.value for one in EIGHT} and said in set(Answer)
        }
        choices = replace(choices, answers={**choices.answers, **told})
    if read.evidence is not None:
        # Somebody wrote it into the table; that it is a signed paper, nobody said.
        kind = choices.proof.kind if choices.proof else "witness_note"
        note = read.evidence.strip()
        choices = replace(choices, proof=Proof(kind, note) if note else None)
    if read.name is not None:
        style = NameStyle(read.name_style) if read.name_style else choices.name_style
        if style is NameStyle.NONE and not read.name_style:
            style = NameStyle.CHOSEN
        name = read.name.strip()
        choices = replace(choices, name=name, name_style=style if name else NameStyle.NONE)
    return replace(choices, given_at=choices.given_at or now())
