"""The table of contents: rooms and their pages, events and the work that follows, keepers of
copies, and the engines behind them. Read this first to see what the house does."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import getpid
from typing import Any

from flask import Blueprint
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from storybank import db
from storybank.agreement import acts as agreement_acts
from storybank.agreement import carrying as decisions
from storybank.agreement.models import Adjudication
from storybank.agreement.views import bp as agreement
from storybank.analysis import acts as analysis_acts
from storybank.analysis.following import FrameworksFollow
from storybank.analysis.views import bp as analysis
from storybank.backups import lineage
from storybank.backups.finishing import finish
from storybank.backups.opening import Presence, refuse_unfinished
from storybank.clock import now
from storybank.codebook import acts as codebook_acts
from storybank.codebook import carrying as code_examples
from storybank.codebook import proposals
from storybank.codebook.following import Followers, Pointers
from storybank.codebook.models import CodeExample, CodeProposal
from storybank.codebook.views import bp as codebook
from storybank.coding import acts as coding_acts
from storybank.coding import carrying as codings
from storybank.coding import change_acts as coding_changes
from storybank.coding import examples, recoding, splitting, voices
from storybank.coding.views import bp as coding
from storybank.config import HERE, POSTGRES, Config, node_name
from storybank.consent import epoch, ledger
from storybank.consent.access import AccessLog
from storybank.consent.derivatives import Derivative
from storybank.consent.rules import Use
from storybank.details import acts as details_acts
from storybank.details import carrying as details_carrying
from storybank.details import looking
from storybank.details.carrying import Carry
from storybank.details.derivative import LikelyDetails
from storybank.details.views import bp as details
from storybank.errors import NotReady
from storybank.events import Coded, StoryChanged, UseStopped
from storybank.exchange.matrix import workbook_of
from storybank.exchange.views import bp as exchange
from storybank.exchange.views_out import TYPES
from storybank.home.views import bp as home
from storybank.intake.views import bp as intake
from storybank.jobs import queue
from storybank.jobs.apart import Apart, Elsewhere, program
from storybank.jobs.calling import Calls
from storybank.jobs.errands import Errand, Errands
from storybank.jobs.keeper import Keeper
from storybank.jobs.keeping import HouseLock, Lock
from storybank.jobs.runner import Handler, Runner
from storybank.jobs.workers import Workers
from storybank.mail import postman, ways_in
from storybank.mail import service as mailing
from storybank.mail.postman import Postman
from storybank.mail.views import bp as mail
from storybank.meetings import acts as meeting_acts
from storybank.meetings import moderating, more_seats, wiping
from storybank.meetings.views import bp as meetings
from storybank.memos import acts as memo_acts
from storybank.memos import carrying as memo_places
from storybank.memos.models import Memo, MemoLink
from storybank.memos.views import bp as memos
from storybank.nodes import marks
from storybank.nodes.presence import Presence as NodePresence
from storybank.operating.views import bp as operating
from storybank.paper.views import bp as paper
from storybank.people import invitations, links, sealing
from storybank.people.views import bp as people
from storybank.portal import notices, reminders, settling
from storybank.portal.views import bp as portal
from storybank.receiving import gathering, running, undoing, working
from storybank.receiving import wiping as arriving_files
from storybank.receiving.views import bp as receiving
from storybank.rights.views import bp as rights
from storybank.search import saved_acts as search_acts
from storybank.search.derivative import ERASE, REBUILD, SearchIndex
from storybank.search.node_index import NodeIndex
from storybank.search.own_index import OwnIndex
from storybank.search.postgres_index import PostgresIndex
from storybank.search.views import api as search_api
from storybank.search.views import bp as search
from storybank.search.whoosh_index import WhooshIndex
from storybank.stewardship.views import bp as stewardship
from storybank.stories import notes as file_notes
from storybank.stories import recordings
from storybank.stories.reading import guard_words
from storybank.stories.views import bp as stories
from storybank.suggest import acts as suggest_acts
from storybank.suggest import carrying as suggestions
from storybank.suggest import help_aside, models_at_hand, promising, sample_acts, sample_chances
from storybank.suggest.derivative import Suggestions
from storybank.suggest.following import SuggestionsFollow
from storybank.suggest.keeper import LearnedModels
from storybank.suggest.views import bp as suggest
from storybank.suggest.working import Worker
from storybank.synthesis import acts as synthesis_acts
from storybank.synthesis import answer_acts, clusters, telling, views_seat
from storybank.synthesis.models import ThemeLink
from storybank.synthesis.views import bp as synthesis
from storybank.undoing.service import Undoers
from storybank.web.tables import FILES as TABLE_FILES
from storybank.workshops import acts as workshop_acts
from storybank.workshops import carrying as packs
from storybank.workshops import opening
from storybank.workshops.derivative import Packs
from storybank.workshops.models import PackItem
from storybank.workshops.views import bp as workshops

BLUEPRINTS: tuple[Blueprint, ...] = (
    home, people, stories, intake, codebook, coding, agreement, memos, suggest, search, search_api,
    analysis, details, workshops, meetings, paper, synthesis, exchange, portal, mail, stewardship,
    rights, receiving, operating,
)  # fmt: skip

# What else points to a code, and goes along when it is merged into another.
FOLLOWERS: Followers = {
    "examples": Pointers(CodeExample.code_id), "proposals": Pointers(CodeProposal.code_id),
    "memos": Pointers(Memo.code_id), "links of memos": Pointers(MemoLink.to_code_id),
    "decisions": Pointers(Adjudication.code_id), "suggestions": SuggestionsFollow(),
    "frameworks": FrameworksFollow(), "packs": Pointers(PackItem.code_id),
    "themes of clusters": Pointers(ThemeLink.code_id),
}  # fmt: skip

# Figures leave as workbooks too, which a room above the pictures makes.
TABLE_FILES["xlsx"] = TYPES["xlsx"], workbook_of

# What participants read on their own page beside their answers.
more_seats.MORE[:] = [views_seat.part]
more_seats.HEADINGS[:] = [clusters.headings]

# What comes first where somebody closes a workshop.
opening.BEFORE_CLOSING[:] = [telling.check_told]

# Who holds places in a story, and moves them when it has a new version.
CARRIERS: tuple[Carry, ...] = (
    codings.carry, decisions.carry, code_examples.carry, memo_places.carry, suggestions.carry,
    packs.carry, details_carrying.carry, file_notes.carry,
)  # fmt: skip

# How each kind of act is taken back, and done again.
UNDOERS: Undoers = {
    **coding_acts.UNDOERS,
    **coding_changes.UNDOERS,
    **voices.UNDOERS,
    **memo_acts.UNDOERS,
    **agreement_acts.UNDOERS,
    **codebook_acts.UNDOERS,
    **proposals.UNDOERS,
    **recoding.undoers(FOLLOWERS),
    **splitting.UNDOERS,
    **examples.UNDOERS,
    **analysis_acts.UNDOERS,
    **details_acts.UNDOERS,
    **search_acts.UNDOERS,
    **suggest_acts.UNDOERS,
    **sample_acts.UNDOERS,
    **help_aside.UNDOERS,
    **meeting_acts.UNDOERS,
    **moderating.UNDOERS,
    **workshop_acts.UNDOERS,
    **synthesis_acts.UNDOERS,
    **answer_acts.UNDOERS,
}

RECONCILE = "consent.reconcile"
PASSAGES = "search.passages"

PROMISES: queue.Promises = {
    StoryChanged: lambda e: (RECONCILE, queue.SOON, {"story_id": e.story_id}),
    UseStopped: lambda e: (RECONCILE, queue.FIRST, {"story_id": e.story_id}),
    Coded: lambda e: [
        (promising.FIT, queue.LATER, {}),
        (PASSAGES, queue.LATER, {"story_id": e.story_id}),
    ],
}


@dataclass(frozen=True)
class House:
    """The house with its doors open: what pages, jobs and commands work with."""

    config: Config
    engine: Engine
    sessions: sessionmaker[Session]
    runner: Runner
    workers: Workers | None
    """On PostgreSQL: whoever hears calls for promised work here."""
    worker: Worker
    """Learns and suggests: in a program of its own where the house is served."""
    postman: Postman
    index: SearchIndex
    derivatives: tuple[Derivative, ...]
    presence: Presence
    access: AccessLog
    undoers: Undoers
    followers: Followers
    carriers: tuple[Carry, ...]

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Every copy, in any keeper, that should not be there: (story id or 0, one line)."""
        for derivative in self.derivatives:
            yield from derivative.strays(session)
        # What participants told of themselves is of no story.
        yield from ((0, line) for line in wiping.overdue(session, now().date()))
        yield from ((0, line) for line in arriving_files.overdue(session, now().date()))

    def appear(self, kind: str) -> NodePresence:
        """Tell the other nodes, from now on, that a program is here that does ``kind``, and do
        what each node does for itself; until its ``end``."""
        head = db.current_and_head(self.engine)[1] or ""
        here = NodePresence(self.sessions, kind, head)
        here.start(lambda: self.index.position, self.look_after_node)
        return here

    def look_after_node(self) -> None:
        """Let nothing stay on this machine that the house put away."""
        models = next(one for one in self.derivatives if isinstance(one, LearnedModels))
        with self.sessions() as session:
            models.tidy_here(session)

    def close(self) -> None:
        if self.runner.workers is not None:
            self.runner.workers.stop()
        self.index.close()
        self.engine.dispose()
        self.presence.end()


def open_house(config: Config, finishing: bool = False) -> House:
    """Wire everything that is not a web page.

    Raises NotReady while a backup is being restored here, and after one whose restore was not
    finished, unless this is to finish it.
    """
    engine = db.make_engine(config.database_url)
    presence = Presence(config.home)
    try:
        if not finishing:
            refuse_unfinished(engine)
        _check_keys(engine, config, anew=finishing)
    except NotReady:
        presence.end()
        raise
    finally:
        engine.dispose()
    guard_words(engine, Use)
    at_hand = models_at_hand.carried(config.learned_folder, apart=config.jobs == "thread")
    sessions = db.make_sessions(engine, info=sealing.carried(config.keys_file) | at_hand)
    index = _index(config, engine, sessions)
    alone: Lock = (
        HouseLock(engine, "learning") if config.on_server else config.home / "learned.lock"
    )
    models = LearnedModels(config.learned_folder, alone)
    derivatives: tuple[Derivative, ...] = (
        index, Suggestions(later=True), models, Packs(), LikelyDetails(),
        arriving_files.WaitingFiles(),
    )  # fmt: skip
    extra = {sample_acts.CHANCES: sample_chances.fill, looking.LOOK: looking.look_through}
    worker = Worker(sessions, models, extra)
    queue.turn_events_into_jobs(sessions, PROMISES)
    post = postman.hire(
        sessions, config.smtp_url, config.mail_from, config.public_url, config.mail_folder
    )
    taken_away = ledger.of(config)
    ledger.keep(sessions, taken_away)

    def take_away_again() -> None:
        finish(sessions, taken_away, lambda session: sweep(session, derivatives))

    keep = {**handlers(derivatives, index), ledger.LATE: ledger.write_late(taken_away)}
    far = Errands(
        sessions,
        errands(sessions, post, engine, index)
        | {lineage.NOTE: lineage.keep_noted(engine, taken_away, take_away_again)},
        lock_file=config.home / "errands.lock",
    )
    apart = Apart(worker, program("suggest", "--work"), config.as_environment())
    workers = None
    if config.on_server:
        calls = Calls(config.database_url, far.errands)
        calls.follow(sessions)
        keeper = Keeper(sessions, keep, far, Elsewhere(apart), calls, f"{node_name()} {getpid()}")
        workers = Workers(
            engine, sessions, calls, keeper, lambda session: sweep(session, derivatives)
        )
    runner = Runner(
        sessions,
        keep,
        lock_file=config.home / "jobs.lock",
        mode=config.jobs,
        sweep=lambda session: sweep(session, derivatives),
        errands=far,
        apart=apart,
        workers=workers if config.work == HERE else None,
        called=config.on_server,
    )
    access = AccessLog(sessions, later=config.jobs == "thread")
    return House(
        config,
        engine,
        sessions,
        runner,
        workers,
        worker,
        post,
        index,
        derivatives,
        presence,
        access,
        UNDOERS,
        FOLLOWERS,
        CARRIERS,
    )


def _check_keys(engine: Engine, config: Config, anew: bool) -> None:
    # A database that is away, or was never set up, is for others to tell.
    with suppress(SQLAlchemyError):
        marks.check(engine, config, anew)


def _index(config: Config, engine: Engine, sessions: sessionmaker[Session]) -> SearchIndex:
    """What searches ask. Raises NotReady where this house cannot have it."""
    if not config.on_server and config.search != POSTGRES:
        return SearchIndex(WhooshIndex(config.index_folder))
    own = OwnIndex(config.index_folder) if config.search != POSTGRES else None
    follows = config.jobs == "thread"
    return NodeIndex(PostgresIndex(engine), own, engine, sessions, follows=follows)


def handlers(derivatives: Collection[Derivative], index: SearchIndex) -> dict[str, Handler]:
    """Which work keeps which promise."""

    def reconcile(session: Session, jobs: list[dict[str, Any]]) -> None:
        story_ids = sorted({job["story_id"] for job in jobs})
        for derivative in derivatives:
            derivative.reconcile(session, story_ids)

    def keep_passages(session: Session, jobs: list[dict[str, Any]]) -> None:
        index.keep_passages(session, {job["story_id"] for job in jobs})

    return {
        RECONCILE: reconcile,
        PASSAGES: keep_passages,
        links.SEND: ways_in.send_links,
        links.SEND_CHECK: ways_in.send_address_checks,
        invitations.SEND: ways_in.send_invitations,
        notices.TELL: notices.tell,
        reminders.REMIND: reminders.remind,
        wiping.WIPE: wiping.keep_promise,
        arriving_files.WIPE: arriving_files.keep_promise,
    }


def errands(
    sessions: sessionmaker[Session], post: Postman, engine: Engine, index: SearchIndex
) -> dict[str, Errand]:
    """Which work waits for other machines, or takes long, and so runs with no transaction open."""
    return {
        ERASE: index.erase,
        REBUILD: index.rebuilding(engine),
        mailing.SEND: post.send,
        mailing.FORGET: post.forget,
        settling.SETTLE: settling.settle(engine),
        gathering.READ: running.read_waiting(sessions),
        working.TAKE: running.take_ready(sessions),
        undoing.UNDO: running.undo_rest(sessions),
    }


def sweep(session: Session, derivatives: Collection[Derivative]) -> None:
    """Promise to clean every stray, for a yes that ran out says nothing when it does; to send
    every letter that lost its promise; to tell storytellers where their words were used, and what
    runs out; and to wipe participants, and files that wait, whose day has come."""
    story_ids = {
        story_id for derivative in derivatives for story_id, _ in derivative.strays(session)
    }
    for story_id in sorted(story_ids):
        queue.put(session, RECONCILE, queue.FIRST, story_id=story_id)
    for derivative in derivatives:
        if isinstance(derivative, LearnedModels | SearchIndex):
            derivative.look_after(session)
    epoch.put_together(session)
    ledger.try_again(session)
    mailing.sweep(session)
    lineage.promise(session)
    notices.promise(session, now())
    reminders.promise(session, now())
    wiping.promise(session, now())
    arriving_files.promise(session, now())
    recordings.sweep(session, now())
