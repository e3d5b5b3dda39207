"""Something on every page of figures, of the lot and of help with the codebook."""

from __future__ import annotations

import sqlalchemy as sa

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.suggest import help_aside
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.models import CONFIRMED, DECLINED, Suggestion
from storybank.suggest.sample_models import SampledPassage


def answered_in(session, use: Use, story_id: int) -> dict[str, list]:
    """In one story: the first sentence drawn by lot and found empty, the second waiting; the last
    two suggestions answered; an earlier fit. Numbers for addresses."""
    text = reading.story(session, use, story_id)
    places = sentences(text.text, text.blocks)[:2]
    fit = LearnedModel(
        made_at=now(), seed=0, state="replaced", ended_at=now(), codebook="Ours 1",
        codes_hash="0" * 64, pipeline="none", code_ids=[], held_back=[], answers=12, seconds=0.5,
        figures={"overall": {"shown": 12, "right": 7, "error": 0.05}, "codes": {}},
    )  # fmt: skip
    session.add(fit)
    session.flush()
    session.add(LearnedFrom(model_id=fit.id, story_id=story_id, answers=4))
    rows = [
        SampledPassage(
            account_id=use.actor.account_id, story_id=story_id, version=text.version, start=start,
            end=end, drawn_at=now(), done_at=None if at else now(), code_ids=[],
            model_id=None if at else fit.id, chances={} if at else {"1": 0.2, "2": 0.1},
        )
        for at, (start, end) in enumerate(places)
    ]  # fmt: skip
    session.add_all(rows)
    last = sa.select(Suggestion).where(Suggestion.story_id == story_id, Suggestion.answer.is_(None))
    for at, one in enumerate(session.scalars(last.order_by(Suggestion.id.desc()).limit(2))):
        one.answer, one.answered_by = (CONFIRMED, DECLINED)[at], use.actor.account_id
        one.answered_at, one.rank, one.chance, one.drawn = now(), at + 1, 0.6, True
    help_aside.put_aside(session, use, help_aside.CUE, "999999")
    session.flush()
    return {"sample_id": [row.id for row in reversed(rows)]}


def suggested_in(session, use: Use, story_id: int, code_id: int) -> int:
    """A suggestion that waits on the last sentence of a story, and its number."""
    text = reading.story(session, use, story_id)
    start, end = sentences(text.text, text.blocks)[-1]
    row = Suggestion(
        story_id=story_id, version=text.version, start=start, end=end, code_id=code_id,
        because=[[start, start + 4]], cue_ids=[], check_meaning=False, score=0.7, chance=0.7,
        made_by="test", made_at=now(), rank=1,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
