"""Whether each part of the house is sound."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import db
from storybank.backups import drilling, journal, lineage, making
from storybank.clock import now
from storybank.config import Config
from storybank.consent import ledger
from storybank.consent.integrity import broken_links
from storybank.errors import NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.mail import reading as mail
from storybank.operating.rules import LITTLE_SPACE, Part
from storybank.people import rotation
from storybank.search.derivative import SearchIndex
from storybank.stories.models import Story
from storybank.suggest import pipeline


def parts(
    session: Session, config: Config, index: SearchIndex, strays: Iterator[tuple[int, str]]
) -> list[Part]:
    """Every part, with what is wrong with it. It reads all events: seconds in a large house."""
    # Here, for it brings along what learning needs, and pages are served from this process too.
    from storybank.learning import resources

    at_work = select(Job.id).where(Job.priority < queue.LATER)
    waiting = session.scalar(at_work.limit(1)) is not None
    failed = session.scalar(select(Job.id).where(Job.failed_at.is_not(None)).limit(1))
    broken = broken_links(session)
    stray = any(True for _ in strays)
    stories = session.scalar(select(Story.id).limit(1)) is not None
    space = shutil.disk_usage(config.home).free
    return [
        Part("database"),
        Part("migrations"),
        Part("personal details", _sealed_trouble(session)),
        Part("consent events", f"{broken} do not follow from the one before" if broken else None),
        Part("ledger", _ledger_trouble(session, config)),
        Part("index", index.trouble(session) if not waiting else None),
        Part("stray copies", "there are some; run: storybank strays" if stray else None),
        Part("jobs", "some gave up; they are kept in the job table" if failed else None),
        Part("mail", mail.trouble(session)),
        Part("backups", _backup_trouble(session, config) if stories else None),
        Part("drills", _drill_trouble(session, config)),
        Part("language", pipeline.notice()),
        Part("word vectors", resources.notice()),
        Part("disk", "less than 200 MB left" if space < LITTLE_SPACE else None),
    ]


def _drill_trouble(session: Session, config: Config) -> str | None:
    if making.last(config.home, session) is None:
        return None
    return drilling.trouble(config.home, now(), session)


def _ledger_trouble(session: Session, config: Config) -> str | None:
    return making.ledger_trouble(config) or lineage.ledger_trouble(session, ledger.of(config))


def _backup_trouble(session: Session, config: Config) -> str | None:
    return making.trouble(config.home, now(), session) or journal.trouble(session)


def _sealed_trouble(session: Session) -> str | None:
    try:
        count = rotation.unopened(session, rotation.sealed_tables(db.Base.metadata))
    except NotReady as problem:
        return problem.sentence
    return f"{count} rows were sealed with a key that is not here" if count else None
