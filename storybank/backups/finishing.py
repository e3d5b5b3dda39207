"""The last step of a restore, in one transaction: what stands is folded from the events again,
and what storytellers took away since the backup is taken away again; so are participants of
workshops whose day of wiping has come. Only then may the house open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank import db
from storybank.backups import lineage
from storybank.backups.models import Restoration
from storybank.backups.taking_away import Outcome, take_away
from storybank.clock import now
from storybank.consent import ledger, standing
from storybank.consent.ledger import Ledger
from storybank.consent.ledger_lines import Position
from storybank.errors import NotReady
from storybank.meetings import wiping
from storybank.people import rotation, sealing
from storybank.people.models import Account


@dataclass(frozen=True)
class Finished:
    """What finishing a restore did."""

    stories: int
    """How many have a standing, folded again."""
    outcome: Outcome = field(default_factory=Outcome)


def finish(
    sessions: sessionmaker[Session],
    kept: Ledger | None,
    sweep: Callable[[Session], None],
) -> Finished | None:
    """Finish a restore; None where there is none to finish.

    ``sweep`` promises to clean copies that should not be there. Without a ledger ``kept``
    nothing is taken away again. Raises NotReady when the ledger does not go with the backup.
    """
    with db.writing(sessions) as session:
        lineage.begin(session)
        waits = session.scalars(
            select(Restoration).where(Restoration.finished_at.is_(None)).with_for_update()
        ).all()
        if not waits:
            return None
        session.info[ledger.AGAIN] = True
        restored = waits[-1]
        done = Finished(standing.rebuild(session))
        position = Position(restored.ledger_lines, restored.ledger_hash)
        if kept is not None:
            found = kept.read()
            take_away(session, found.after(position), done.outcome)
            done.outcome.cut_off = found.cut_off
            position = found.position
        # Who was signed in, or had their account closed, since the backup signs in anew.
        session.execute(sa.update(Account).values(session_version=Account.session_version + 1000))
        # Whoever's day came since the backup: the day stands in the rows, so no ledger holds it.
        wiping.wipe(session, now().date())
        for row in waits:
            row.finished_at = now()
            row.with_ledger = kept is not None
        lineage.settle(session, position)
        sweep(session)
        session.flush()
    return done


def trouble_with_keys(session: Session) -> str | None:
    """A sentence where the keys here do not open the personal details; None where they do."""
    try:
        shut = rotation.unopened(session, rotation.sealed_tables(db.Base.metadata))
    except NotReady as problem:
        return problem.sentence
    return sealing.WRONG if shut else None
