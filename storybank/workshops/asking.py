"""Asking storytellers for passages on a theme, without seeing the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent import asking
from storybank.consent.models import AskRequest
from storybank.consent.rules import Use, Variant
from storybank.consent.standing import state_of
from storybank.consent.telling import write
from storybank.consent.terms import local_date, midnight
from storybank.errors import BadInput, NotFound
from storybank.stories import asked, reading
from storybank.stories.asked import Asking
from storybank.stories.rules import MAX_PART, Kept, Place
from storybank.workshops import letters, service
from storybank.workshops.balance import tellers
from storybank.workshops.drawing import Theme
from storybank.workshops.models import Workshop
from storybank.workshops.rules import spread

AT_ONCE = 10
"""How many passages are asked for with one press."""
OF_ONE_PERSON = 3
"""How many of one storyteller's are asked for with one press: an asking is work for them."""
TIME_TO_ANSWER = timedelta(days=14)
TIME_TO_PREPARE = timedelta(days=3)
_EVENT = re.compile(r"workshop-(\d{1,9})")


@dataclass(frozen=True)
class Line:
    """One asking of a workshop, without a word of the story."""

    asking: Asking
    length: int
    """In letters."""
    audience_changed: bool
    """Others will be there than was said: it has to be asked anew."""


def askable(session: Session, use: Use, wanted: Theme) -> dict[Place, str]:
    """Passages on a theme whose storytellers want to be asked, and have not been for this
    workshop as it stands: {place: fingerprint}. No word is read out.

    ``use`` carries the workshop's audience and event.
    """
    ids = [code.id for code in wanted.codes]
    every = coding.places_with_codes(session, use, ids, permitted=False)
    places = {place for place in every if place.length <= MAX_PART}
    prints = reading.fingerprints(session, use, places)
    if not prints:
        return {}
    rows = session.execute(
        select(
            AskRequest.story_id, AskRequest.version, AskRequest.start, AskRequest.end,
            AskRequest.sha256,
        ).where(
            AskRequest.event == use.event,
            AskRequest.audience_words == use.audience_words,
            AskRequest.cancelled_at.is_(None),
        )
    )  # fmt: skip
    before = {(Place(*row[:4]), row.sha256) for row in rows}
    return {place: sha for place, sha in prints.items() if (place, sha) not in before}


def ask(
    session: Session, use: Use, pack_id: int, wanted: Theme, answer_by: date | None = None
) -> list[AskRequest]:
    """Ask for passages on a theme, for the workshop of this pack; their storytellers are told.

    At most ten at once and three of one storyteller, the storytellers taking turns. ``answer_by``
    is the last day on which an answer counts. Raises NotFound for no such pack, BadInput for a
    day that cannot be.
    """
    _, meeting, here = service.pack_for(session, use, pack_id, to_change=True)
    last_day = check_last_day(answer_by or default_day(meeting, now()), meeting, now())
    prints = askable(session, here, wanted)
    person = tellers(session, {place.story_id for place in prints})
    of_each: Counter[int] = Counter()
    made: list[AskRequest] = []
    for place in spread(sorted(prints), lambda place: person[place.story_id]):
        if len(made) == AT_ONCE or of_each[person[place.story_id]] == OF_ONE_PERSON:
            continue
        of_each[person[place.story_id]] += 1
        made.append(
            asking.ask(
                session, here, place.story_id, place.span, prints[place],
                event_title=meeting.title, audience=meeting.audience,
                answer_by=midnight(last_day + timedelta(days=1)),
            )
        )  # fmt: skip
    _tell(session, meeting, last_day, made)
    return made


def ask_for_shorter(
    session: Session, use: Use, pack_id: int, place: Place, kept: Kept, text: str,
    answer_by: date | None = None,
) -> AskRequest:  # fmt: skip
    """Ask for one passage as this shorter ``text`` of it; its storyteller is told, and sees it.

    ``kept`` are the parts that stay. Raises NotFound for no such pack, BadInput for a day that
    cannot be, Refused where asking would not help.
    """
    _, meeting, here = service.pack_for(session, use, pack_id, to_change=True)
    last_day = check_last_day(answer_by or default_day(meeting, now()), meeting, now())
    sha = reading.sha256_of(text)
    short = replace(here, variant=Variant.SHORTENED, sha256=sha)
    before = {one.id for one in shorter_asked(session, short, place)}
    request = asking.ask(
        session, short, place.story_id, place.span, sha, event_title=meeting.title,
        audience=meeting.audience, answer_by=midnight(last_day + timedelta(days=1)), kept=kept,
    )  # fmt: skip
    if request.id not in before:
        _tell(session, meeting, last_day, [request], shorter=True)
    return request


def shorter_asked(session: Session, use: Use, place: Place) -> list[AskRequest]:
    """What was asked about shorter texts of a passage for this event, the last first; what was
    called off is left out."""
    return list(
        session.scalars(
            select(AskRequest)
            .where(
                AskRequest.event == use.event,
                AskRequest.variant == Variant.SHORTENED.value,
                AskRequest.story_id == place.story_id,
                AskRequest.version == place.version,
                AskRequest.start == place.start,
                AskRequest.end == place.end,
                AskRequest.cancelled_at.is_(None),
            )
            .order_by(AskRequest.id.desc())
        )
    )


def default_day(meeting: Workshop, at: datetime) -> date:
    """The last day to answer, if nobody chooses another: in two weeks, three days before the
    workshop, or where that is past the day before it."""
    today = local_date(at)
    early = meeting.held_on - TIME_TO_PREPARE
    latest = early if early > today else meeting.held_on - timedelta(days=1)
    return min(today + TIME_TO_ANSWER, latest)


def check_last_day(day: date, meeting: Workshop, at: datetime) -> date:
    """Raises BadInput where nobody could answer by then, or it would be too late."""
    if meeting.held_on <= local_date(at) + timedelta(days=1):
        raise BadInput("It is too late to ask. Storytellers need a day or more to answer.")
    if day <= local_date(at):
        raise BadInput("Give storytellers a day or more to answer.")
    if day >= meeting.held_on:
        raise BadInput("Choose a day before the workshop.")
    return day


def asked_for(session: Session, use: Use, workshop_id: int) -> list[Line]:
    """Everything that was asked for a workshop, the last first, of stories that may be told of."""
    meeting = service.workshop(session, workshop_id)
    here = service.for_meeting(use, meeting)
    rows = session.scalars(
        select(AskRequest).where(AskRequest.event == here.event).order_by(AskRequest.id.desc())
    )
    return [
        Line(
            asked.asking(session, row, use.at), _length(row),
            row.audience_words != here.audience_words,
        )
        for row in rows
        if _may_be_told(session, row)
    ]  # fmt: skip


def call_off(session: Session, use: Use, workshop_id: int, ask_id: int) -> None:
    """A passage is not wanted any more: nobody has to answer. Raises NotFound."""
    meeting = service.workshop(session, workshop_id)
    found = session.get(AskRequest, ask_id)
    if found is None or found.event != service.event_key(meeting.id):
        raise NotFound("That question is not here any more.")
    asking.cancel(session, ask_id)


def meeting_of(session: Session, event: str) -> Workshop | None:
    """The workshop that an asking names."""
    found = _EVENT.fullmatch(event)
    return session.get(Workshop, int(found[1])) if found else None


def _length(row: AskRequest) -> int:
    return sum(b - a for a, b in row.kept) if row.kept else row.end - row.start


def _may_be_told(session: Session, request: AskRequest) -> bool:
    """What was deleted, stopped or is held is in no list."""
    state = state_of(session, request.story_id)
    return state is not None and state.closed is None and not state.held


def _tell(
    session: Session, meeting: Workshop, last_day: date, made: list[AskRequest],
    *, shorter: bool = False,
) -> None:  # fmt: skip
    """One letter to each person who must agree, however many parts they are asked for."""
    of: dict[int, list[AskRequest]] = {}
    for request in made:
        for person_id in asked.must_agree(state_of(session, request.story_id)):
            of.setdefault(person_id, []).append(request)
    for person_id, requests in of.items():
        page = f"/my/asks/{requests[0].id}" if len(requests) == 1 else "/my/asks"
        body = letters.asking(
            meeting.title, meeting.held_on, last_day, len(requests), shorter=shorter
        )
        subject = letters.SHORTER if shorter else letters.SUBJECT
        write(session, person_id, subject, body, page, f"ask:{requests[0].id}")


def counts(lines: list[Line]) -> Mapping[str, int]:
    """How many stand where."""
    return Counter(line.asking.stands.value for line in lines)
