"""The form on which a steward writes down what a storyteller chose. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storybank.consent import wordings
from storybank.consent.rules import EIGHT, Answer, Choice, NameStyle, Purpose, Reason, StoryState
from storybank.consent.service import CHANNELS, LASTS, Proof
from storybank.stories.canon import normalise
from storybank.stories.rules import MAX_NAME

EVIDENCE = {
    "signed_paper": "A signed paper",
    "witness_note": "A note by somebody who was there",
    "audio": "A sound recording",
    "letter": "A letter",
    "email": "An e-mail",
}
CHANNEL_WORDS = {
    "face_to_face": "Face to face",
    "phone": "By phone",
    "paper": "On paper",
    "post": "By post",
    "email": "By e-mail",
    "sms": "By text message",
    "web": "Online",
}
ANSWERS = (Answer.YES, Answer.ASK, Answer.NO)
OPEN = (Answer.YES, Answer.ASK)
NOTES = {
    Reason.STOPPED: "They stopped this. It stays stopped unless they say yes again now.",
    Reason.RUN_OUT: "Their yes ran out. Ask again.",
    Reason.NOT_YET: "Their yes has not begun yet. An answer here counts from now.",
}
"""What is said beside a use whose last answer is not filled in for them."""

FIELDS = ("name_style", "name", "lasts", "channel", "not_for", "evidence_kind", "evidence", "seen")


@dataclass
class ChoicesForm:
    """The fields as they were typed, and a sentence for each that needs mending."""

    answers: dict[str, str] = field(default_factory=dict)
    name_style: str = ""
    name: str = ""
    lasts: str = ""
    channel: str = ""
    not_for: str = ""
    evidence_kind: str = ""
    evidence: str = ""
    seen: str = ""
    """The number of the last event when the form was opened; empty for a new story."""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str], *, new: bool) -> ChoicesForm:
        """The form as it came, checked; ``new`` for a story that is only now taken in."""
        made = cls({use.value: form.get(f"use-{use.value}", "") for use in EIGHT})
        for name in FIELDS:
            # Characters that cannot be seen, or kept, are dropped here as they are from stories.
            setattr(made, name, normalise(form.get(name, ""))[0].strip())
        made.check(new)
        return made

    @classmethod
    def of(cls, state: StoryState, at: datetime, shown_name: str | None) -> ChoicesForm:
        """The answers that stand ``at`` this moment, to be gone through again.

        A use that was stopped, or whose yes ran out or has not begun, is left blank, and so are
        evidence and how long: these are for the storyteller to say anew. ``shown_name`` is None
        for a story the gate closes.
        """
        answers = {
            use.value: choice.answer.value
            for use, choice in state.choices.items()
            if not_filled_in(choice, at) is None
        }
        style = "" if shown_name is None else state.name_style.value
        return cls(
            answers, style, shown_name or "", not_for="\n".join(state.not_for),
            seen=str(state.last_seq),
        )  # fmt: skip

    def check(self, new: bool) -> None:
        """Fill ``errors``; services check again what matters."""
        errors, known = self.errors, {answer.value for answer in ANSWERS}
        for use, answer in self.answers.items():
            if answer and answer not in known:
                errors[f"use-{use}"] = "Choose one of the answers."
        if self.answers.get("keep") != Answer.YES.value:
            if new:
                errors["use-keep"] = "We can not take in a story without a yes to keeping it."
            elif self.says_yes:
                errors["use-keep"] = "We need a yes to keeping the story before any other use."
            else:
                errors["use-keep"] = "There is no yes here. To stop everything, use Stop all uses."
        if self.name_style not in {style.value for style in NameStyle}:
            errors["name_style"] = "Choose which name to show."
        elif self.name_style != NameStyle.NONE.value and not self.name:
            errors["name"] = "Write the name to show, or choose no name."
        if len(self.name) > MAX_NAME:
            errors["name"] = f"Keep the name under {MAX_NAME} letters."
        if self.lasts not in LASTS:
            errors["lasts"] = "Choose how long the yes lasts."
        if any(len(place) > 200 for place in self.places) or len(self.places) > 50:
            errors["not_for"] = "Name at most 50 places or teams, each in 200 letters or fewer."
        if self.channel not in CHANNELS:
            errors["channel"] = "Choose how the storyteller told us."
        if self.says_yes and self.evidence_kind not in EVIDENCE:
            errors["evidence_kind"] = "Choose what shows that they said yes."
        if self.says_yes and not self.evidence:
            errors["evidence"] = "Write how the storyteller said yes, and who saw it."
        if len(self.evidence) > 1000:
            errors["evidence"] = "Keep the note under 1,000 letters."

    @property
    def says_yes(self) -> bool:
        return any(answer in OPEN for answer in self.answers.values())

    def chosen(self, before: StoryState | None = None) -> dict[Purpose, Answer]:
        """The answers given. One left blank is no, where there was a yes ``before``."""
        given = {Purpose(use): Answer(said) for use, said in self.answers.items() if said}
        for use, choice in (before.choices if before else {}).items():
            if use not in given and choice.answer in OPEN:
                given[use] = Answer.NO
        return given

    @property
    def style(self) -> NameStyle:
        return NameStyle(self.name_style)

    @property
    def proof(self) -> Proof | None:
        return Proof(self.evidence_kind, self.evidence) if self.evidence else None

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.not_for.splitlines() if line.strip())


def not_filled_in(choice: Choice, at: datetime) -> str | None:
    """Why this answer must be asked for anew, in a sentence; None where it still stands."""
    against = choice.reason_against(at, Reason.STOPPED)
    return None if against is None else NOTES.get(against)


def notes(state: StoryState, at: datetime) -> dict[str, str]:
    """What to say beside each use that is not filled in, by its name."""
    found = {use.value: not_filled_in(choice, at) for use, choice in state.choices.items()}
    return {use: sentence for use, sentence in found.items() if sentence}


def asked() -> dict[str, Any]:
    """What the fields of the form offer."""
    return {
        "uses": EIGHT, "answers": ANSWERS, "texts": wordings.shipped_texts(),
        "styles": tuple(NameStyle), "lasts": tuple(LASTS), "channels": CHANNEL_WORDS,
        "evidence": EVIDENCE,
    }  # fmt: skip
