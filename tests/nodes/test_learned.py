"""What one node learnt is on every node, and gone from each when it may no longer be used."""

from __future__ import annotations

import factories
import pytest

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.stories.models import Story
from storybank.suggest import model_files, standing
from storybank.suggest.keeper import LearnedModels
from storybank.suggest.learned_models import LearnedFrom, LearnedModel

pytestmark = pytest.mark.postgres


def keeper(house) -> LearnedModels:
    return next(one for one in house.derivatives if isinstance(one, LearnedModels))


def learn(house, *story_ids) -> int:
    """A model, as a worker puts it, without the learning."""
    with db.writing(house.sessions) as session:
        model = LearnedModel(
            made_at=now(), seed=1, state=standing.READY, codebook="", codes_hash="", pipeline="",
            code_ids=[], held_back=[], answers=0, figures={}, seconds=0.0,
        )  # fmt: skip
        session.add(model)
        session.flush()
        for number in story_ids:
            session.add(LearnedFrom(model_id=model.id, story_id=number, edition=1))
        folder = keeper(house).of(model.id)
        folder.mkdir(parents=True)
        (folder / "model.npz").write_bytes(b"\x00numbers\xff")
        (folder / "model.json").write_text("{}")
        model_files.put(session, model.id, folder)
        return model.id


def test_another_node_copies_it_when_asked_and_lets_go_of_it_at_its_stop(houses):
    here, there = houses
    with db.writing(here.sessions) as session:
        story_id = factories.Factory(session).story().id
    model_id = learn(here, story_id)
    with there.sessions() as session:
        assert standing.model_in_use(session).id == model_id
        folder = keeper(there).bring(session, model_id)
        assert (folder / "model.npz").read_bytes() == b"\x00numbers\xff"
        assert sorted(file.name for file in folder.parent.iterdir()) == [str(model_id)]
    with db.writing(there.sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, story_id), Purpose.STUDY)
    with here.sessions() as session:
        assert standing.model_in_use(session) is None  # at the commit, whoever asks
    with db.writing(there.sessions) as session:
        keeper(there).reconcile(session, [story_id])
    assert not folder.exists()
    with here.sessions() as session:
        assert model_files.there(session) == set()
        assert not model_files.bring(session, keeper(here).folder / "anew", model_id)
        assert [line for _, line in keeper(here).strays(session)] == [
            f"learned models: folder {model_id} is left over"
        ]
    here.look_after_node()  # as each node does every few seconds
    with here.sessions() as session:
        assert list(keeper(here).strays(session)) == []


def test_after_a_crash_of_the_server_a_node_that_has_it_gives_it_again(houses):
    here, there = houses
    model_id = learn(here)
    with db.writing(here.sessions) as session:
        model_files.keep_only(session, [])
    with db.writing(here.sessions) as session:
        keeper(here).look_after(session)
    with there.sessions() as session:
        assert keeper(there).bring(session, model_id).is_dir()
        assert standing.model_in_use(session).id == model_id
