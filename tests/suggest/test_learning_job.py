"""Learning is a job: promised with an answer, done apart, killed at any moment, with consent."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
import time_machine
from factories import Factory, open_copy
from suggest.learning_house import code_by_hand, make_stories, models, stop, suggested

from storybank import db
from storybank.clock import now
from storybank.codebook import changing
from storybank.codebook import service as codebook
from storybank.codebook.changing import WORDS_CHANGED
from storybank.coding import recoding
from storybank.consent.answers import Mark
from storybank.consent.rules import Purpose
from storybank.consent.standing_models import PartStanding
from storybank.jobs.models import Job
from storybank.people.rules import MACHINE
from storybank.portal import erasing
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.suggest import fitting, making, models_at_hand, progress, promising, standing
from storybank.suggest.models import Suggestion
from storybank.suggest.progress import Doing

SECRET = "Zanzibar quokkas queued beside the xylophone factory in the same boat."


@pytest.fixture
def learnt(house):
    """Eight coded stories and one more, learnt from and suggested for."""
    ids = make_stories(house, extra=SECRET)
    code_by_hand(house, ids)
    house.runner.drain()
    house.worker.drain(at_once=True)
    return ids


@pytest.fixture(scope="module")
def shared(empty_house, tmp_path_factory):
    """The same, for tests that change nothing."""
    with open_copy(empty_house, tmp_path_factory.mktemp("shared") / "home") as house:
        ids = make_stories(house, extra=SECRET)
        code_by_hand(house, ids)
        house.worker.drain(at_once=True)
        house.runner.drain()
        house.worker.drain(at_once=True)
        yield house, ids


def arrays(house) -> dict[str, np.ndarray]:
    """The numbers of the model in use."""
    [ready] = [model for model in models(house) if model.state == "ready"]
    with np.load(house.config.learned_folder / str(ready.id) / "model.npz") as kept:
        return {name: kept[name] for name in kept.files}


class TestPromises:
    def test_an_answer_is_learnt_from_when_it_was_quiet_or_there_are_ten(self, house):
        ids = make_stories(house)
        house.runner.drain()
        with db.writing(house.sessions) as session:
            session.execute(sa.delete(Job))
        code_by_hand(house, ids[:1])
        house.runner.drain()
        assert models(house) == []
        with time_machine.travel(now() + promising.QUIET + timedelta(seconds=1)):
            assert house.runner.drain() > 0
        assert [model.state for model in models(house)] == ["ready"]
        with db.writing(house.sessions) as session:
            for _ in range(promising.ENOUGH):
                promising.promise_fit(session)
        house.runner.drain()
        assert [model.state for model in models(house)] == ["replaced", "ready"]

    def test_other_words_in_the_codebook_are_learnt_from(self, a, session):
        changing.retire(session, a.use(Purpose.STUDY), "EN-PEER")
        assert not session.scalars(sa.select(Job).where(Job.name == WORDS_CHANGED)).all()


class TestCodebook:
    def test_what_a_merged_code_taught_its_other_code_knows(self, house, learnt):
        with db.writing(house.sessions) as session:
            use = Factory(session).use(Purpose.STUDY)
            old, new = (codebook.code(session, key).id for key in ("EN-PEER", "EN-ALLY"))
            recoding.merge(session, use, "EN-PEER", "EN-ALLY", "The same.", house.followers)
        house.runner.drain()
        house.worker.drain(at_once=True)
        ready = models(house)[-1]
        assert old not in ready.code_ids
        assert ready.figures["codes"][str(new)]["confirmed"] == 4
        assert not suggested(house, Suggestion.code_id == old, Suggestion.answer.is_(None))


class TestFit:
    def test_suggestions_say_what_made_them(self, shared):
        house, _ = shared
        [model] = models(house)
        made = suggested(house, Suggestion.model_id == model.id)
        assert made and all(one.score >= 0.2 and one.rank for one in made)
        assert all(one.chance is None for one in made), "nobody can know yet"
        with house.sessions() as session:
            told = making.made_by(session, Factory(session).use(Purpose.STUDY), made[0].id)
        assert (told.model_id, told.answers, told.state) == (model.id, 9, "ready")
        assert told.codebook.startswith("cue phrases of") and "8f5e" in (told.vectors or "8f5e")
        assert model.figures["codes"].keys() == {str(code) for code in model.code_ids}

    def test_the_same_is_learnt_from_the_same(self, house, learnt):
        before = arrays(house)
        with db.writing(house.sessions) as session:
            promising.promise_fit(session, at_once=True)
        house.worker.drain()
        after = arrays(house)
        assert before.keys() == after.keys()
        assert all(np.array_equal(before[name], after[name]) for name in before)

    def test_chances_are_told_of_any_place_one_may_see(self, shared):
        house, learnt = shared
        place = Place(learnt[1], 1, 0, 40)
        with house.sessions() as session:
            use = Factory(session).use(Purpose.STUDY)
            told = models_at_hand.chances(session, use, [place])
            at_hand = session.info["storybank_learned"]
            session.info["storybank_learned"] = models_at_hand.AtHand(at_hand.folder, True)
            apart = models_at_hand.chances(session, use, [place])
        assert set(told) == {place} and max(told[place].values()) > 0.2
        assert apart == told

    def test_killed_between_the_folder_and_the_commit_it_is_made_again(self, house, learnt):
        [model] = models(house)
        folder = house.config.learned_folder
        (folder / f".draft-{os.getpid() + 1}").mkdir()
        os.rename(folder / str(model.id), folder / "77")
        with db.writing(house.sessions) as session:
            house.worker.models.look_after(session)
        with house.sessions() as session:
            assert [line for _, line in house.worker.models.strays(session)] == [
                "learned models: folder 77 is left over"
            ]
        house.runner.drain()
        ready = models(house)[-1]
        assert sorted(one.name for one in folder.iterdir()) == [str(ready.id)]
        assert oct(folder.stat().st_mode)[-3:] == "700"

    def test_a_stop_while_it_learns_is_heard(self, house, learnt, monkeypatch):
        really = fitting.fit
        stopped = []

        def fit(material, *rest):
            if not stopped:
                stopped.append(stop(house, learnt[-1]))
            return really(material, *rest)

        monkeypatch.setattr(fitting, "fit", fit)
        with db.writing(house.sessions) as session:
            promising.promise_fit(session, at_once=True)
        house.worker.drain()
        house.runner.drain()
        ready = models(house)[-1]
        assert ready.state == "ready"
        manifest = (house.config.learned_folder / str(ready.id) / "model.json").read_text()
        assert learnt[-1] not in json.loads(manifest)["about"]["stories"]

    def test_what_it_is_at_is_told(self, shared):
        house, _ = shared
        with house.sessions() as session:
            assert progress.state(session).doing is Doing.IDLE
        with house.sessions() as session:
            promising.promise_renewal(session)
            session.flush()
            [job] = session.scalars(sa.select(Job).where(Job.name == promising.RENEW))
            job.args = job.args | {"since": now().isoformat(), "done": 3, "of": 9}
            session.flush()
            told = progress.state(session)
            session.rollback()
        assert (told.doing, told.done, told.of) == (Doing.SUGGESTING, 3, 9)


class TestConsent:
    def test_a_stop_holds_at_its_commit_and_is_done_by_the_job(
        self, house, learnt, empty_house, tmp_path
    ):
        [model] = models(house)
        stop(house, learnt[-1])
        with house.sessions() as session:
            assert standing.model_in_use(session) is None
            shown = session.scalars(sa.select(Suggestion.model_id).where(standing.holds(session)))
            assert model.id not in set(shown)
            assert any(story == learnt[-1] for story, _ in house.worker.models.strays(session))
        house.runner.drain()
        with house.sessions() as session:
            assert list(house.worker.models.strays(session)) == []
        assert [one.state for one in models(house)] == ["blocked", "ready"]
        assert not (house.config.learned_folder / str(model.id)).exists()
        assert suggested(house, Suggestion.model_id == model.id) == []
        assert suggested(house, Suggestion.story_id == learnt[-1]) == []
        with open_copy(empty_house, tmp_path / "never") as other:
            ids = make_stories(other)
            code_by_hand(other, ids)
            other.runner.drain()
            other.worker.drain(at_once=True)
            never, now_said = arrays(other), arrays(house)
            assert never.keys() == now_said.keys()
            for name in never:
                assert np.array_equal(never[name], now_said[name]), name
            one, two = suggested(house), suggested(other)
            assert [(s.start, s.end, s.code_id, s.score, s.because) for s in one] == [
                (s.start, s.end, s.code_id, s.score, s.because) for s in two
            ]

    def test_what_fewer_than_three_tellers_wrote_is_in_no_file(self, shared):
        house, _ = shared
        kept = arrays(house)
        [model] = models(house)
        manifest = (house.config.learned_folder / str(model.id) / "model.json").read_text()
        rare = ("zanzibar", "quokka", "xylophon", "factori")
        assert not {word for word in rare if word in {str(stem) for stem in kept["stems"]}}
        assert not {run for run in kept["letters"].tolist() if "zan" in run or "xyl" in run}
        assert not [word for word in rare if word in manifest.lower()]

    def test_a_part_that_is_kept_back_since_blocks_as_well(self, shared):
        house, learnt = shared
        with house.sessions() as session:
            assert standing.model_in_use(session) is not None
            session.add(PartStanding(
                story_id=learnt[-1], version=1, start=0, end=8, mark=Mark.LEAVE_OUT.value, lead=0,
            ))  # fmt: skip
            session.flush()
            assert standing.model_in_use(session) is None
            session.rollback()

    def test_a_deleted_story_takes_the_model_along(self, house, learnt):
        with db.writing(house.sessions) as session:
            story = session.get_one(Story, learnt[-1])
            erasing.erase(session, MACHINE, story.id, story.person_id, "phone")
        assert [one.state for one in models(house)] == ["blocked"]
        house.runner.drain()
        with house.sessions() as session:
            assert list(house.worker.models.strays(session)) == []
        assert [one.state for one in models(house)] == ["blocked", "ready"]
