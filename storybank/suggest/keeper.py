"""What was learnt, as a keeper of copies: a model falls with any story it learnt from."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.jobs.keeping import the_only_one
from storybank.suggest import blocking, standing
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.promising import promise_fit

DRAFT = ".draft"
"""How the folder of a model begins that is not whole yet."""


class LearnedModels:
    """Keeps the newest model, in a folder named by its number; no other model has one."""

    name = "learned models"

    def __init__(self, folder: Path, lock_file: Path) -> None:
        self.folder, self.lock_file = folder, lock_file

    def of(self, model_id: int) -> Path:
        return self.folder / str(model_id)

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Block models that learnt from what may not be studied now, take away what they
        suggested, and promise to learn anew without it. Their folders go at once."""
        for model_id in standing.fallen(session, standing.learnt(session)):
            blocking.block(session, model_id)
        self.tidy(session)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Models in use that learnt from what may not be studied now, and folders left over."""
        for model_id, story_id in standing.fallen(session, standing.learnt(session)).items():
            yield story_id, f"learned models: model {model_id} learnt from story {story_id}"
        for folder in self._left_over(session):
            yield 0, f"learned models: folder {folder.name} is left over"

    def tidy(self, session: Session, working: bool = False) -> None:
        """Remove every folder but that of the model in use; half made ones, unless one is being
        made now by somebody else than the one who works."""
        for folder in self._left_over(session):
            shutil.rmtree(folder, ignore_errors=True)
        with the_only_one(self.lock_file) as alone:
            if alone or working:
                for folder in self.folder.glob(f"{DRAFT}*"):
                    shutil.rmtree(folder, ignore_errors=True)

    def look_after(self, session: Session) -> None:
        """Promise to learn where a model is in use whose folder is gone: after a restore."""
        model = standing.model_in_use(session)
        if model is not None and not self.of(model.id).is_dir():
            model.state, model.ended_at = standing.REPLACED, now()
            promise_fit(session, at_once=True)

    def _left_over(self, session: Session) -> list[Path]:
        if not self.folder.is_dir():
            return []
        ready = session.scalars(
            select(LearnedModel.id).where(LearnedModel.state == standing.READY)
        ).all()
        kept = {str(number) for number in ready}
        return sorted(
            folder
            for folder in self.folder.iterdir()
            if folder.name not in kept and not folder.name.startswith(DRAFT)
        )
