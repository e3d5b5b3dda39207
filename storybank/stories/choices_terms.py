"""The part of the form about terms: in which forms, what may be said, what may be changed, who
helped, and how to keep in touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from storybank.consent.rules import Change, Fact, Medium, OwnState, Part, StoryState
from storybank.consent.service import How
from storybank.consent.wording_rules import LANGUAGE, Format
from storybank.people.identity_rules import CHANNELS as REACHED_BY
from storybank.people.identity_rules import LANGUAGES
from storybank.stories.choices_asked import CONTACT, FUTURE, HELPERS, TELL

ONE_OF = "Choose one of the answers."
KNOWN: dict[str, Collection[str]] = {
    "media": tuple(Medium), "about": tuple(Fact), "shorten": tuple(Change),
    "translate": tuple(Change), "format_used": tuple(Format), "language": LANGUAGES,
    "helped": tuple(HELPERS), "tell": TELL, "tell_how": tuple(REACHED_BY), "contact": CONTACT,
    "future": FUTURE,
}  # fmt: skip
"""By field: what may be answered."""


def several(form: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Every value sent under a name, each once."""
    sent = form.getlist(name) if hasattr(form, "getlist") else [form.get(name, "")]
    return tuple(dict.fromkeys(one for one in sent if one))


@dataclass
class TermsForm:
    """Terms as they were ticked."""

    media: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    shorten: str = ""
    translate: str = ""
    format_used: str = Format.STANDARD.value
    language: str = LANGUAGE
    helped: tuple[str, ...] = ()
    tell: str = ""
    tell_how: str = ""
    contact: tuple[str, ...] = ()
    future: str = ""

    def read_terms(self, form: Mapping[str, str]) -> None:
        """Take what was sent."""
        for name in ("media", "about", "helped", "contact"):
            setattr(self, name, several(form, name))
        for name in ("shorten", "translate", "tell", "tell_how", "future"):
            setattr(self, name, form.get(name, ""))
        self.format_used = form.get("format_used") or Format.STANDARD.value
        self.language = form.get("language") or LANGUAGE

    def fill_terms(self, state: StoryState | OwnState) -> None:
        """The terms that stand now. How it is asked this time is left open."""
        if state.choices:
            self.media = tuple(one.value for one in Medium if one in state.media)
            self.shorten, self.translate = state.shorten.value, state.translate.value
        self.about = tuple(one.value for one in Fact if one in state.facts)

    def wrong_terms(self, says_yes: bool) -> dict[str, str]:
        """A sentence for each field that needs mending, by its name."""
        errors: dict[str, str] = {}
        for name, known in KNOWN.items():
            said = getattr(self, name)
            words = said if isinstance(said, tuple) else (said,) if said else ()
            if any(word not in known for word in words):
                errors[name] = ONE_OF
        if says_yes and not self.media:
            errors["media"] = "Tick how people can get the story: their words, at least."
        return errors

    @property
    def forms(self) -> tuple[Medium, ...]:
        return tuple(Medium(word) for word in self.media)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(Fact(word) for word in self.about)

    @property
    def shortened(self) -> Change | None:
        return Change(self.shorten) if self.shorten else None

    @property
    def translated(self) -> Change | None:
        return Change(self.translate) if self.translate else None

    @property
    def preferences(self) -> dict[str, Any] | None:
        """Answers that the rule does not need; None where nothing was said."""
        said: dict[str, Any] = {
            "tell": self.tell, "tell_how": self.tell_how, "contact": list(self.contact),
            "future": self.future,
        }  # fmt: skip
        kept = {name: answer for name, answer in said.items() if answer}
        return kept or None

    def how(self, channel: str) -> How:
        """In which format and language they were asked, and who helped."""
        helped = tuple(Part(word) for word in self.helped)
        return How(channel, format_used=self.format_used, language=self.language, helped_by=helped)
