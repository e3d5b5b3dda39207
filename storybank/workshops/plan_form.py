"""The plan of a workshop as its page sends it, kept as it was typed when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from storybank.errors import BadInput
from storybank.workshops import helping, planning, rules
from storybank.workshops.forms import NUMBER, WRITE_DAY, day_typed
from storybank.workshops.models import Workshop

REPLY_AFTER = "Choose a day after the workshop, or on it."
LINES = {"title": ("a title", 200), "question": ("the question", 500)}
TEXTS = {"why": "why", "in_scope": "what is in scope", "out_of_scope": "what is out of scope"}


@dataclass
class PlanForm:
    """Every part of a plan: as typed in ``typed``, and as it is meant in ``values``."""

    typed: dict[str, str] = field(default_factory=dict)
    helpers: set[int] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    """As ``planning.snapshot`` gives them, where nothing is wrong."""

    @classmethod
    def for_(cls, session: Session, meeting: Workshop) -> PlanForm:
        """The plan as it stands."""
        stands = planning.snapshot(session, meeting)
        typed = {
            name: str(stands[name] or "")
            for name in (*LINES, *TEXTS, "decider", "reply_by", "held_on", "mode", "template",
                         "keep_days")
        }  # fmt: skip
        typed["audience"] = "\n".join(meeting.audience)
        typed["no_passages"] = "yes" if meeting.no_passages else ""
        return cls(typed, helping.helpers(session, meeting.id))

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> PlanForm:
        """What was sent, checked part by part."""
        made = cls(form.to_dict(), {int(one) for one in form.getlist("helper")
                                    if NUMBER.fullmatch(one)})  # fmt: skip
        values, get = made.values, made.typed.get
        for name, (what, longest) in LINES.items():
            made._take(name, lambda: rules.clean_line(get(name, ""), what, longest))  # noqa: B023
        for name, what in TEXTS.items():
            made._take(name, lambda: planning.clean_text(get(name, ""), what))  # noqa: B023
        made._take("decider", lambda: planning.clean_line_or_none(get("decider", ""), 200))
        made._take("audience", lambda: rules.clean_audience(get("audience", "").splitlines()))
        made._take("keep_days", lambda: planning.check_keep_days(get("keep_days", "")))
        made._days()
        for name, known in (("mode", planning.MODES), ("template", planning.TEMPLATES)):
            values[name] = get(name, "")
            if values[name] not in known:
                made.errors[name] = "Choose one of these."
        values["no_passages"] = get("no_passages") == "yes"
        values["helpers"] = sorted(made.helpers)
        return made

    def _take(self, name: str, clean: Callable[[], Any]) -> None:
        try:
            self.values[name] = clean()
        except BadInput as problem:
            self.errors[name] = problem.sentence

    def _days(self) -> None:
        held, reply = (day_typed(self.typed.get(name, "")) for name in ("held_on", "reply_by"))
        if held is None:
            self.errors["held_on"] = WRITE_DAY
        if reply is None and self.typed.get("reply_by", "").strip():
            self.errors["reply_by"] = WRITE_DAY
        elif reply is not None and held is not None and reply < held:
            self.errors["reply_by"] = REPLY_AFTER
        self.values["held_on"] = held.isoformat() if held else None
        self.values["reply_by"] = reply.isoformat() if reply else None
