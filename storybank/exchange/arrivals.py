"""Taking in what came from another program: all of it that can be carried, or nothing.

Stories that come so are held: no use of them is granted until somebody writes down what their
tellers chose.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.receipts import plain_date
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, Refused
from storybank.exchange import guids, loss_report
from storybank.exchange.arriving_codes import CodesTaker
from storybank.exchange.arriving_memos import MemosTaker
from storybank.exchange.arriving_people import PeopleTaker
from storybank.exchange.arriving_stories import StoriesTaker
from storybank.exchange.came import Came
from storybank.exchange.models import Arrival, ArrivalStory
from storybank.people.rules import Actor, Role

ONLY_STEWARDS = "Only a steward can bring in stories. A researcher can bring in a codebook."
NOTHING = "There is nothing in the file that can be taken in."


def check_new(session: Session, sha256: str) -> None:
    """Raise Conflict for a file that came in before and was not taken back."""
    before = session.scalar(
        select(Arrival).where(Arrival.sha256 == sha256, Arrival.undone_at.is_(None)).limit(1)
    )
    if before is not None:
        day = plain_date(before.at.date())
        raise Conflict(f"This very file came in on {day}: arrival {before.id}. Nothing changed.")


def take(
    session: Session, by: Actor, came: Came, sha256: str, *, match_names: bool = True
) -> Arrival:
    """Take in what came, in the caller's transaction.

    Codes are matched by GUID, and with ``match_names`` by name; others come in a family of their
    own. Raises Refused for somebody who may not; Conflict for a file that is here already;
    BadInput where there is nothing in it.
    """
    check_may(by, came)
    check_new(session, sha256)
    if not (came.codes or came.sources or came.notes):
        raise BadInput(NOTHING)
    people = PeopleTaker(session, came)
    codes = CodesTaker(session, came, match_names)
    codes.take(by)
    stories = StoriesTaker(session, by, came, people, codes)
    stories.take()
    memos = MemosTaker(session, came, people, codes, stories)
    memos.take()
    made: dict[str, Any] = {
        guids.STORY: stories.made, guids.CODING: stories.made_codings, guids.MEMO: memos.made,
        guids.CODE: codes.made, guids.FAMILY: codes.made_families, guids.ACCOUNT: people.made,
    }  # fmt: skip
    came.counts["codings"] = len(stories.made_codings)
    came.counts["memos"] = len(memos.made)
    came.counts["codes new"] = len(codes.made)
    came.counts["codes matched"] = codes.matched
    came.counts["coders"] = len(people.made)
    report = loss_report.report(
        came, stories.told, {kind: loss_report.as_ranges(numbers) for kind, numbers in made.items()}
    )
    assert by.account_id is not None
    arrival = Arrival(
        kind=came.kind, origin=came.origin, sha256=sha256, report=report,
        account_id=by.account_id, at=now(),
    )  # fmt: skip
    session.add(arrival)
    session.flush()
    session.add_all(
        ArrivalStory(arrival_id=arrival.id, story_id=story_id) for story_id in stories.made
    )
    session.flush()
    return arrival


def check_may(by: Actor, came: Came | None) -> None:
    """Raise Refused for somebody who may not bring this in, or with None anything at all."""
    if by.account_id is None or not by.roles & {Role.STEWARD, Role.RESEARCHER}:
        raise Refused("Sign in as a steward or a researcher first.")
    if came is not None and came.kind != "codebook":
        try:
            Use.claim(by, Purpose.TAKE_IN, now())
        except Refused as no:
            raise Refused(ONLY_STEWARDS) from no
