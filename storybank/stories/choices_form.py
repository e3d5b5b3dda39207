"""The form on which is written down what a storyteller chose. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from werkzeug.datastructures import FileStorage

from storybank.clock import now
from storybank.consent import evidence
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Choice,
    NameStyle,
    OwnState,
    Purpose,
    Reason,
    StoryState,
)
from storybank.consent.service import CHANNELS, LASTS, Proof
from storybank.errors import BadInput
from storybank.stories.canon import normalise
from storybank.stories.choices_asked import ANSWERS, EVIDENCE
from storybank.stories.choices_terms import TermsForm
from storybank.stories.rules import MAX_NAME

OPEN = (Answer.YES, Answer.ASK)
NOTES = {
    Reason.STOPPED: "They stopped this. It stays stopped unless they say yes again now.",
    Reason.RUN_OUT: "Their yes ran out. Ask again.",
    Reason.NOT_YET: "Their yes has not begun yet. An answer here counts from now.",
}
"""What is said beside a use whose last answer is not filled in for them."""

FIELDS = (
    "name_style", "name", "lasts", "channel", "not_for", "evidence_kind", "evidence", "seen",
    "since", "understanding",
)  # fmt: skip
SPOKEN = ("face_to_face", "phone")
"""Where somebody can be asked to say in their own words what they said yes to."""
LONGEST_WAIT = timedelta(days=3653)


@dataclass
class ChoicesForm(TermsForm):
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
    since: str = ""
    understanding: str = ""
    """What they said, in their own words, that they had said yes to."""
    scan: bytes = field(default=b"", repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(
        cls,
        form: Mapping[str, str],
        upload: FileStorage | None = None,
        *,
        new: bool,
        named: bool = False,
        assisted: bool = False,
    ) -> ChoicesForm:
        """The form as it came, checked; ``new`` for a story that is only now taken in.

        ``named``: a name stands already, and stays where none is typed. ``assisted``: they were
        there, or on the phone, and so were asked to say it in their own words.
        """
        made = cls(answers={use.value: form.get(f"use-{use.value}", "") for use in EIGHT})
        for name in FIELDS:
            # Characters that cannot be seen, or kept, are dropped here as they are from stories.
            setattr(made, name, normalise(form.get(name, ""))[0].strip())
        made.read_terms(form)
        made.check(new, named, assisted, upload)
        return made

    @classmethod
    def of(
        cls, state: StoryState | OwnState, at: datetime, shown_name: str | None, seen: int = 0
    ) -> ChoicesForm:
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
        made = cls(
            answers=answers, name_style=style, name=shown_name or "",
            not_for="\n".join(state.not_for), seen=str(getattr(state, "last_seq", seen)),
        )  # fmt: skip
        made.fill_terms(state)
        return made

    def check(
        self,
        new: bool,
        named: bool = False,
        assisted: bool = False,
        upload: FileStorage | None = None,
    ) -> None:
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
        errors.update(self.wrong_terms(self.says_yes))
        if self.name_style not in {style.value for style in NameStyle}:
            errors["name_style"] = "Choose which name to show."
        elif self.name_style != NameStyle.NONE.value and not self.name and not named:
            errors["name"] = "Write the name to show, or choose no name."
        if len(self.name) > MAX_NAME:
            errors["name"] = f"Keep the name under {MAX_NAME} letters."
        if self.lasts not in LASTS:
            errors["lasts"] = "Choose how long the yes lasts."
        if self.since and self.not_before is None:
            errors["since"] = "Choose a day to come, within ten years, or leave it empty."
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
        if assisted and self.says_yes and self.channel in SPOKEN and not self.understanding:
            errors["understanding"] = "Ask them to tell you in their own words, and write it here."
        if len(self.understanding) > 1000:
            errors["understanding"] = "Keep their words under 1,000 letters."
        self._read_scan(upload)

    def _read_scan(self, upload: FileStorage | None) -> None:
        if upload is None or not upload.filename:
            return
        content = upload.read(evidence.MAX_FILE + 1)
        try:
            evidence.kind_of(content)
        except BadInput as problem:
            self.errors["evidence_file"] = problem.sentence
            return
        self.scan = content
        if self.errors:
            # A page can not hand a file back.
            self.errors["evidence_file"] = "Choose the file again."

    @property
    def says_yes(self) -> bool:
        return any(answer in OPEN for answer in self.answers.values())

    def chosen(self, before: StoryState | OwnState | None = None) -> dict[Purpose, Answer]:
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
        if not self.evidence:
            return None
        return Proof(self.evidence_kind, self.evidence, self.understanding, self.scan)

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.not_for.splitlines() if line.strip())

    @property
    def not_before(self) -> date | None:
        """The day from which every use but keeping may begin; None for at once."""
        try:
            day = date.fromisoformat(self.since)
        except ValueError:
            return None
        return day if timedelta(0) < day - now().date() < LONGEST_WAIT else None


def not_filled_in(choice: Choice, at: datetime) -> str | None:
    """Why this answer must be asked for anew, in a sentence; None where it still stands."""
    against = choice.reason_against(at, Reason.STOPPED)
    return None if against is None else NOTES.get(against)


def notes(state: StoryState | OwnState, at: datetime) -> dict[str, str]:
    """What to say beside each use that is not filled in, by its name."""
    found = {use.value: not_filled_in(choice, at) for use, choice in state.choices.items()}
    return {use: sentence for use, sentence in found.items() if sentence}
