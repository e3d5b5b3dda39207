"""Learning and suggesting in bulk: one at a time, with no transaction open while it thinks.

Killed at any moment it leaves nothing half done: what it reads and works out is in memory, a
promise is crossed out in the transaction that keeps it, and a model is there with its folder or
not at all. Whoever works next does it again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.codebook.changing import CUES_CHANGED, WORDS_CHANGED
from storybank.consent.permits import permits
from storybank.db import writing
from storybank.jobs.keeping import MOST_ATTEMPTS, put_off, the_only_one
from storybank.jobs.models import Job
from storybank.stories import masking, reading
from storybank.stories.models import Story
from storybank.suggest import fitting, model_files, pipeline, promising, renewing, standing
from storybank.suggest.cue_phrases import codebook_name, cue_phrases
from storybank.suggest.keeper import DRAFT, LearnedModels
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.promising import FIT, READ, RENEW
from storybank.suggest.standing import LEAVING, READY, REPLACED, machine_use
from storybank.suggest.suggester import Suggester

Handler = Callable[[Session, list[dict[str, Any]]], None]
Told = Callable[[int], object]

TURN = 150_000
"""Letters that are read at once: about two seconds of work."""
AT_ONCE = 200
"""Stories of them at the most, and promises taken up together."""
GROWN = 1.5
"""Learn anew when there are so many times the stories that the model knows."""

log = structlog.get_logger()


class Worker:
    """Keeps the promises of learning and suggesting, one worker at a time for each data folder.

    ``extra`` are further jobs that need what only a worker loads; each runs in a transaction.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        models: LearnedModels,
        extra: Mapping[str, Handler] | None = None,
    ) -> None:
        self.sessions, self.models = sessions, models
        self.extra = dict(extra or {})
        self.names = (*promising.NAMES, CUES_CHANGED, WORDS_CHANGED, *self.extra)
        self._made: tuple[object, Suggester] | None = None

    def due(self, at_once: bool = False) -> bool:
        """Is there anything to do now? ``at_once`` waits for no quiet moment to learn in."""
        with self.sessions() as session:
            return self._next(session, at_once) is not None

    def drain(self, told: Told = lambda stories: None, at_once: bool = False) -> int:
        """Do all that is due; how many promises were looked at. 0 where another process does it.

        ``told`` hears after each turn how many stories were read for suggestions.
        """
        done = 0
        while self.due(at_once):
            with the_only_one(self.models.lock) as alone:
                if not alone:
                    return done
                self._tidy()
                while self._step(told, at_once):
                    done += 1
        return done

    def _step(self, told: Told, at_once: bool) -> bool:
        with self.sessions() as session:
            name = self._next(session, at_once)
        if name is None:
            return False
        jobs = self._take(name)
        if not jobs:
            return True
        try:
            if name == FIT:
                self._fit(jobs)
            elif name == READ:
                self._read(jobs, told)
            elif name == RENEW:
                self._renew(jobs, told)
            else:
                with writing(self.sessions) as session:
                    self._pass_on(session, name, jobs)
                    _cross_out(session, jobs)
        except Exception as problem:
            put_off(self.sessions, [job.id for job in jobs], problem)
        return True

    def _next(self, session: Session, at_once: bool) -> str | None:
        """What to do next: what is quickly done, then learning, then what follows from it."""
        due = (Job.failed_at.is_(None), Job.run_after <= now(), Job.name.in_(self.names))
        waiting = set(session.scalars(select(Job.name).where(*due).distinct()))
        for name in (*self.extra, CUES_CHANGED, WORDS_CHANGED):
            if name in waiting:
                return name
        if FIT in waiting and promising.fit_is_due(session, at_once):
            return FIT
        return next((name for name in (READ, RENEW) if name in waiting), None)

    def _take(self, name: str) -> list[Job]:
        """The promises of one name, marked as begun: one that ends its worker each time is given
        up in the end."""
        with writing(self.sessions) as session:
            jobs = session.scalars(
                select(Job)
                .where(Job.name == name, Job.failed_at.is_(None), Job.run_after <= now())
                .order_by(Job.id)
                .limit(None if name in (FIT, RENEW) else AT_ONCE)
            ).all()
            for job in jobs:
                job.attempts += 1
                job.args = job.args | {"begun": now().isoformat()}
                if job.attempts > 4 * MOST_ATTEMPTS:
                    job.failed_at = now()
            return [job for job in jobs if job.failed_at is None]

    def _pass_on(self, session: Session, name: str, jobs: Sequence[Job]) -> None:
        if name in self.extra:
            self.extra[name](session, [job.args for job in jobs])
        else:
            if name == CUES_CHANGED:
                promising.promise_renewal(session)
            promising.promise_fit(session)

    def _fit(self, jobs: Sequence[Job]) -> None:
        with self.sessions() as session:
            material = fitting.gather(session)
        fitted = fitting.fit(material)
        draft = self.models.folder / f"{DRAFT}-{os.getpid()}"
        self.models.folder.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            fitting.save(material, fitted, draft, pipeline.fingerprint())
            with writing(self.sessions) as session:
                if self._put(session, material, fitted, draft):
                    _cross_out(session, jobs)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        with self.sessions() as session:
            self.models.tidy(session)

    def _put(
        self,
        session: Session,
        material: fitting.Material,
        fitted: fitting.Fitted,
        draft: Path,
    ) -> bool:
        """Let a new model be the one in use; not where something it learnt from was stopped
        meanwhile: then it is made again."""
        ids, use = sorted(material.stories), machine_use()
        same = masking.editions(session, use, ids) == material.editions
        if not same or reading.permitted_among(session, use, ids) != set(ids):
            return False
        session.execute(
            sa.update(LearnedModel)
            .where(LearnedModel.state == READY)
            .values(state=LEAVING, ended_at=now())
        )
        row = LearnedModel(
            made_at=now(), seed=fitting.SEED, state=READY, codebook=material.codebook[:100],
            codes_hash=fitted.codes_hash, pipeline=pipeline.fingerprint(), vectors=fitted.vectors,
            code_ids=list(material.code_ids), held_back=list(fitted.held_back),
            answers=fitted.figures["answers"], figures=fitted.figures, seconds=fitted.seconds,
        )  # fmt: skip
        session.add(row)
        session.flush()
        rows = [
            {"model_id": row.id, "story_id": one, "answers": many, "edition": same_one}
            for one, many, same_one in (
                (one, material.stories[one], material.editions[one]) for one in ids
            )
        ]
        if rows:
            session.execute(sa.insert(LearnedFrom), rows)
        promising.promise_renewal(session)
        shutil.rmtree(self.models.of(row.id), ignore_errors=True)
        draft.rename(self.models.of(row.id))
        model_files.put(session, row.id, self.models.of(row.id))
        model_files.keep_only(session, [row.id])
        return True

    def _read(self, jobs: Sequence[Job], told: Told) -> None:
        ids = sorted({one for job in jobs for one in job.args["story_ids"]})
        with self.sessions() as session:
            groups = list(renewing.in_reach(session, ids, TURN))
        for group in groups:
            self._suggest(group)
            told(len(group))
        with writing(self.sessions) as session:
            _cross_out(session, jobs)
            if self._has_grown(session):
                promising.promise_fit(session)

    def _renew(self, jobs: Sequence[Job], told: Told) -> None:
        """The next stories of a round; where there are several, the last began it anew."""
        job = jobs[-1]
        use = machine_use()
        with self.sessions() as session:
            rest = permits(use, Story.id), Story.id > job.args["after"]
            left = session.scalar(select(sa.func.count(Story.id)).where(*rest)) or 0
            ids = session.scalars(
                select(Story.id).where(*rest).order_by(Story.id).limit(AT_ONCE)
            ).all()
            group = next(renewing.in_reach(session, ids, TURN), [])
        if group:
            self._suggest(group)
            told(len(group))
        with writing(self.sessions) as session:
            _cross_out(session, [one for one in jobs if one is not job or len(group) == left])
            done = job.args["done"] + len(group)
            args = {
                "after": group[-1] if group else 0,
                "done": done,
                "of": done + left - len(group),
                "since": job.args.get("since", job.args["begun"]),
            }
            session.execute(sa.update(Job).where(Job.id == job.id).values(args=args, attempts=0))
            if len(group) == left:
                self._end_of_round(session)

    def _end_of_round(self, session: Session) -> None:
        """Every story was read with the model in use: what earlier ones said is no longer open,
        and which stories they read without answers need not be known."""
        for model in session.scalars(select(LearnedModel).where(LearnedModel.state == LEAVING)):
            renewing.take_back(session, model.id)
            model.state = REPLACED
            session.execute(
                sa.delete(LearnedFrom).where(
                    LearnedFrom.model_id == model.id, LearnedFrom.answers == 0
                )
            )

    def _suggest(self, story_ids: Sequence[int]) -> None:
        """Read, propose, keep. What changed meanwhile is left to the promise it made."""
        with self.sessions() as session:
            texts = renewing.texts(session, story_ids)
            suggester = self._suggester(session)
        found = list(zip(texts, suggester.propose(text.given for text in texts), strict=True))
        model_id = getattr(suggester, "model_id", None)
        with writing(self.sessions) as session:
            in_use = standing.model_in_use(session) if model_id is not None else None
            if model_id is not None and (in_use is None or in_use.id != model_id):
                return  # blocked meanwhile; the next round is promised
            same = renewing.still_so(session, texts)
            some = [(text, proposed) for text, proposed in found if text.story_id in same]
            renewing.keep(session, some, suggester.name, model_id)

    def _suggester(self, session: Session) -> Suggester:
        """With the model in use, where there is one; made anew only when something changed."""
        cues, name = cue_phrases(session), codebook_name(session)
        model = standing.model_in_use(session)
        key = (cues, name, model.id if model else None)
        if self._made is None or self._made[0] != key:
            if model is not None:
                self.models.bring(session, model.id)
            self._made = key, self._make(*key)
        return self._made[1]

    def _make(self, cues: Any, name: str, model_id: int | None) -> Suggester:
        from storybank.suggest.spacy_suggester import SpacySuggester

        if model_id is None:
            return SpacySuggester(cues, name)
        return SpacySuggester(
            cues, f"model {model_id} and {name}"[:100], self.models.of(model_id), model_id
        )

    def _has_grown(self, session: Session) -> bool:
        """Is there no model, or does it know few of the stories that may be read?"""
        if session.scalar(select(Job.id).where(Job.name == FIT).limit(1)) is not None:
            return False
        ready = select(LearnedModel.id).where(LearnedModel.state == READY)
        knows = session.scalar(
            select(sa.func.count()).select_from(LearnedFrom).where(LearnedFrom.model_id.in_(ready))
        )
        there = len(reading.permitted_ids(session, machine_use()))
        return min(there, fitting.MOST_STORIES) > GROWN * (knows or 0)

    def _tidy(self) -> None:
        with writing(self.sessions) as session:
            self.models.look_after(session)
            self.models.tidy(session, working=True)


def _cross_out(session: Session, jobs: Sequence[Job]) -> None:
    session.execute(sa.delete(Job).where(Job.id.in_([job.id for job in jobs])))
