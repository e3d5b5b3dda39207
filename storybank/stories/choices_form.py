"""The form on which a steward writes down what a storyteller chose. Nothing is ticked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose, StoryState
from storybank.consent.service import CHANNELS, LASTS, Proof
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
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str], *, must_keep: bool = False) -> ChoicesForm:
        """The form as it came, checked. ``must_keep``: without a yes to keep nothing is taken."""
        made = cls(
            {use.value: form.get(f"use-{use.value}", "") for use in EIGHT},
            *(
                form.get(name, "").strip()
                for name in (
                    "name_style", "name", "lasts", "channel", "not_for", "evidence_kind",
                    "evidence",
                )  # fmt: skip
            ),
        )
        made.check(must_keep)
        return made

    @classmethod
    def of(cls, state: StoryState, shown_name: str = "") -> ChoicesForm:
        """The form as it stands for a story that is there already, evidence left blank."""
        answers = {
            use.value: choice.answer.value
            for use, choice in state.choices.items()
            if choice.answer in ANSWERS
        }
        return cls(answers, state.name_style.value, shown_name, not_for="\n".join(state.not_for))

    def check(self, must_keep: bool) -> None:
        """Fill ``errors``; services check again what matters."""
        known = {answer.value for answer in ANSWERS}
        for use, answer in self.answers.items():
            if answer and answer not in known:
                self.errors[f"use-{use}"] = "Choose one of the answers."
        if must_keep and self.answers.get("keep") != Answer.YES.value:
            self.errors["use-keep"] = "We can not take in a story without a yes to keeping it."
        if self.name_style not in {style.value for style in NameStyle}:
            self.errors["name_style"] = "Choose which name to show."
        elif self.name_style != NameStyle.NONE.value and not self.name:
            self.errors["name"] = "Write the name to show, or choose no name."
        if len(self.name) > MAX_NAME:
            self.errors["name"] = f"Keep the name under {MAX_NAME} letters."
        if self.lasts not in LASTS:
            self.errors["lasts"] = "Choose how long the yes lasts."
        if self.channel not in CHANNELS:
            self.errors["channel"] = "Choose how the storyteller told us."
        if self.says_yes and not self.evidence:
            self.errors["evidence"] = "Write how the storyteller said yes, and who saw it."
        if self.says_yes and self.evidence_kind not in EVIDENCE:
            self.errors["evidence_kind"] = "Choose what shows that they said yes."
        if len(self.evidence) > 1000:
            self.errors["evidence"] = "Keep the note under 1,000 letters."

    @property
    def says_yes(self) -> bool:
        return any(a in (Answer.YES.value, Answer.ASK.value) for a in self.answers.values())

    @property
    def chosen(self) -> dict[Purpose, Answer]:
        """The answers given; blank ones are left out."""
        return {Purpose(use): Answer(said) for use, said in self.answers.items() if said}

    @property
    def style(self) -> NameStyle:
        return NameStyle(self.name_style)

    @property
    def proof(self) -> Proof | None:
        return Proof(self.evidence_kind, self.evidence) if self.evidence else None

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.not_for.splitlines() if line.strip())
