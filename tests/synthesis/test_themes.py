"""Themes: said by people, undone, followed when codes merge; suggesting them keeps nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from meetings.talking import Talk

from storybank.consent.rules import Purpose
from storybank.errors import BadInput, NotFound
from storybank.suggest.cue_phrases import cue_phrases
from storybank.suggest.models import Suggestion
from storybank.suggest.plain_cues import reasons_in
from storybank.synthesis import clusters, moving, themes
from storybank.synthesis.models import ThemeLink
from storybank.synthesis.themes import Relation
from storybank.wiring import FOLLOWERS


class TestSaying:
    def test_a_cluster_supports_a_code_once_and_it_comes_back(self, talk, cluster, a):
        code = a.code("EN-PEER")
        link = (talk.session, talk.use, talk.id, cluster.id)
        assert themes.link(*link, Relation.SUPPORTS, code.id)
        assert not themes.link(*link, Relation.SUPPORTS, code.id)
        assert themes.link(*link, Relation.NEW, None)
        assert said(talk, cluster) == [("supports", code.name), ("new", "")]
        a.undo(talk.use)
        a.undo(talk.use)
        assert said(talk, cluster) == []
        a.redo(talk.use)
        assert said(talk, cluster) == [("supports", code.name)]
        [one] = themes.themes(talk.session, talk.id)[cluster.id]
        themes.unlink(talk.session, talk.use, talk.id, one.id)
        assert said(talk, cluster) == []

    def test_no_code_or_no_such_one_is_refused(self, talk, cluster, a):
        link = (talk.session, talk.use, talk.id, cluster.id)
        for code_id in (None, 10**6):
            with pytest.raises(BadInput):
                themes.link(*link, Relation.EXTENDS, code_id)
        with pytest.raises(NotFound):
            themes.unlink(talk.session, talk.use, talk.id, 10**6)
        with pytest.raises(NotFound):
            themes.link(talk.session, a.use(Purpose.WORKSHOP), talk.id, cluster.id, *NEW)

    def test_it_goes_with_a_code_that_is_merged(self, talk, cluster, a):
        old, new = a.code("EN-PEER"), a.code("EN-ALLY")
        themes.link(talk.session, talk.use, talk.id, cluster.id, Relation.SUPPORTS, old.id)
        merged = FOLLOWERS["themes of clusters"].follow(talk.session, old.id, new.id)
        assert said(talk, cluster) == [("supports", new.name)]
        FOLLOWERS["themes of clusters"].back(talk.session, old.id, new.id, merged)
        assert said(talk, cluster) == [("supports", old.name)]


class TestSuggesting:
    def test_phrases_of_the_codebook_suggest_codes_and_nothing_is_kept(self, talk, cluster, a):
        card = clusters.cluster(talk.session, talk.id, cluster.id)
        peer = a.code("EN-PEER")
        [offer] = [
            one for one in themes.offers(talk.session, card.answers, ()) if one.code_id == peer.id
        ]
        assert (offer.answers, offer.phrases, offer.check) == (1, ["Our peer group"], False)
        assert peer.id not in {
            one.code_id for one in themes.offers(talk.session, card.answers, [peer.id])
        }
        for table in (ThemeLink, Suggestion):
            assert talk.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0

    def test_a_phrase_that_is_denied_is_to_be_checked(self, session, a):
        cues = cue_phrases(session)
        peer = a.code("EN-PEER").id
        found = {
            text: [one.check_meaning for one in reasons_in(cues, text) if one.code_id == peer]
            for text in ("Our Peer Group helped.", "I never met our peer group.", "Groups of peers")
        }
        assert found == {
            "Our Peer Group helped.": [False], "I never met our peer group.": [True],
            "Groups of peers": [],
        }  # fmt: skip


NEW = (Relation.NEW, None)


def said(talk, cluster) -> list[tuple[str, str]]:
    found = themes.themes(talk.session, talk.id).get(cluster.id, [])
    return [(one.relation.value, one.name) for one in found]


@pytest.fixture
def talk(a):
    return Talk(a)


@pytest.fixture
def cluster(talk):
    ids = [talk.said("Our peer group kept me going."), talk.said("A lift that works.")]
    things = [("answer", number) for number in ids]
    return moving.make(talk.session, talk.use, talk.id, "Others like me", things)
