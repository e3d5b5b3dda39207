"""What was learnt, as a keeper of copies: a model falls with any story it learnt from."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.jobs.keeping import Lock, the_only_one
from storybank.suggest import blocking, model_files, standing
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.model_files import DRAFT
from storybank.suggest.promising import promise_fit


class LearnedModels:
    """Keeps the newest model, in a folder named by its number; no other model has one.

    Where several nodes serve the house, each has a folder of its own, copied from the database.
    """

    name = "learned models"

    def __init__(self, folder: Path, lock: Lock) -> None:
        self.folder, self.lock = folder, lock

    def of(self, model_id: int) -> Path:
        return self.folder / str(model_id)

    def bring(self, session: Session, model_id: int) -> Path:
        """The folder of the model in use, copied to this node where another node learnt it."""
        model_files.bring(session, self.folder, model_id)
        return self.of(model_id)

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Block models that learnt from what may not be studied now, take away what they
        suggested, and promise to learn anew without it. Their folders go at once."""
        for model_id in standing.fallen(session, standing.learnt(session)):
            blocking.block(session, model_id)
        model_files.keep_only(session, _ready(session))
        self.tidy(session)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Models in use that learnt from what may not be studied now, and folders left over."""
        for model_id, story_id in standing.fallen(session, standing.learnt(session)).items():
            yield story_id, f"learned models: model {model_id} learnt from story {story_id}"
        for folder in self._left_over(session):
            yield 0, f"learned models: folder {folder.name} is left over"
        for model_id in sorted(model_files.there(session) - _ready(session)):
            yield 0, f"learned models: files of model {model_id} are left over in the database"

    def tidy(self, session: Session, working: bool = False) -> None:
        """Remove every folder but that of the model in use; half made ones, unless one is being
        made now by somebody else than the one who works."""
        self.tidy_here(session)
        with the_only_one(self.lock) as alone:
            if alone or working:
                for folder in self.folder.glob(f"{DRAFT}*"):
                    shutil.rmtree(folder, ignore_errors=True)

    def tidy_here(self, session: Session) -> None:
        """Remove from this node every folder but that of the model in use: each node does so for
        itself, for a stop may have been cleaned up after on another."""
        for folder in self._left_over(session):
            shutil.rmtree(folder, ignore_errors=True)

    def look_after(self, session: Session) -> None:
        """Let every node have the model in use. Promise to learn where its folder is gone and no
        other node's files are there: after a restore."""
        model = standing.model_in_use(session)
        if model is None:
            return
        if self.bring(session, model.id).is_dir():
            if model.id not in model_files.there(session):
                model_files.put(session, model.id, self.of(model.id))
        else:
            model.state, model.ended_at = standing.REPLACED, now()
            promise_fit(session, at_once=True)

    def _left_over(self, session: Session) -> list[Path]:
        if not self.folder.is_dir():
            return []
        kept = {str(number) for number in _ready(session)}
        return sorted(
            folder
            for folder in self.folder.iterdir()
            if folder.name not in kept and not folder.name.startswith(DRAFT)
        )


def _ready(session: Session) -> set[int]:
    return set(session.scalars(select(LearnedModel.id).where(LearnedModel.state == standing.READY)))
