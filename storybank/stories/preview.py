"""A storyteller sees their own story as others would be let see it now.

Nothing passes the door here that its storyteller may not read: it is their own text, and the
same rule that answers others says what of it is left out, or why nobody sees it at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from storybank.consent.rules import EIGHT, NameStyle, Purpose, Reason, Use, explain
from storybank.consent.standing import state_of
from storybank.errors import BadInput, Refused
from storybank.people.rules import Actor
from storybank.stories import masking, reading
from storybank.stories.reading import StoryText
from storybank.stories.rules import attribution

CHOICES = tuple(purpose for purpose in EIGHT if purpose is not Purpose.KEEP)
"""The uses that a storyteller may look at in this way."""

NOBODY = Actor(None, None, frozenset(), "Somebody who would read it")


@dataclass(frozen=True)
class Preview:
    """What one use would be let see of a story: the text with its bars, or why nothing."""

    story: StoryText
    """As the use would see it; where nobody sees it, only its title is to be shown."""
    reasons: tuple[Reason, ...]
    left_out: int
    """How many parts are left out of it."""

    @property
    def seen(self) -> bool:
        return not self.reasons


def as_others_see_it(session: Session, use: Use, story_id: int, purpose: Purpose) -> Preview:
    """What ``purpose`` would be let see of a story of the person asking.

    Raises Refused for anybody but its storyteller, NotFound for a story not theirs, BadInput for
    a use that is not shown so.
    """
    if use.purpose is not Purpose.OWN:
        raise Refused("Only the storyteller can look at a story in this way.")
    if purpose not in CHOICES:
        raise BadInput("Choose who to look as.")
    own = reading.story(session, use, story_id)
    state = state_of(session, story_id)
    theirs = Use(NOBODY, purpose, use.at)
    reasons = explain(state, theirs).reasons if state else (Reason.NOT_KEPT,)
    closed = masking.closed_parts(session, theirs, [story_id]).get((story_id, own.version), [])
    style = state.name_style if state else NameStyle.NONE
    story = replace(
        own,
        text=masking.mask(own.text, closed),
        attribution=attribution(
            purpose, style, own.attribution if style is not NameStyle.NONE else None,
            f"ST-{state.person_id if state else 0:04d}",
        ),
        attributes=reading.attributes_of(session, theirs, [story_id]).get(story_id, {}),
    )  # fmt: skip
    return Preview(story, reasons, len(masking.merged(closed)))
