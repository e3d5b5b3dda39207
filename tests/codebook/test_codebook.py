"""The codebook: loading it, and finding codes in it."""

import pytest
import sqlalchemy as sa

from storybank import db
from storybank.clock import now
from storybank.codebook import service
from storybank.codebook.models import Code
from storybank.config import PROJECT
from storybank.errors import BadInput, NotFound


@pytest.fixture
def empty(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    db.Base.metadata.create_all(engine)
    with db.make_sessions(engine)() as session:
        yield session
    engine.dispose()


class TestLoad:
    def test_the_starter_codebook_is_one(self, session):
        names = [(family.name, len(family.codes)) for family in service.families(session)]
        assert names == [
            ("What helps", 12),
            ("What gets in the way", 12),
            ("What difference it makes", 11),
        ]
        assert service.current(session).version == "0.1"

    def test_a_second_loading_changes_nothing(self, session):
        assert service.load(session, PROJECT / "corpus" / "codebook.toml") == 0

    @pytest.mark.parametrize("content", [b"not toml [", b"x = 1", b"\xff\xfe", b"codebook = 3"])
    def test_another_file_is_refused_in_one_sentence(self, empty, tmp_path, content):
        path = tmp_path / "odd.toml"
        path.write_bytes(content)
        with pytest.raises(BadInput, match="not a codebook"):
            service.load(empty, path)

    def test_before_any_is_loaded_there_is_none(self, empty):
        assert service.current(empty) is None and service.families(empty) == ()


class TestCode:
    def test_it_is_found_by_its_key_however_written(self, session):
        assert service.code(session, " en-peer ").name == "People like me at my side"

    def test_it_has_its_cues_and_what_looks_like_them(self, session):
        card = service.code(session, "EN-LEARN")
        assert "training helped" in card.cues and "train station" in card.near_misses

    def test_one_that_is_not_there_is_not_found(self, session):
        with pytest.raises(NotFound):
            service.code(session, "EN-NONE")


class TestCodes:
    def test_they_come_once_each_in_the_order_asked_for(self, session):
        one, two = (service.code(session, key).id for key in ("EN-PEER", "BA-WHO"))
        assert [card.id for card in service.codes(session, [two, one, two])] == [two, one]

    def test_a_retired_one_can_be_put_on_no_more(self, session):
        card = service.code(session, "EN-PEER")
        session.execute(sa.update(Code).where(Code.id == card.id).values(retired_at=now()))
        with pytest.raises(BadInput):
            service.codes(session, [card.id])
        shown = [code.key for family in service.families(session) for code in family.codes]
        assert "EN-PEER" not in shown and "EN-ALLY" in shown
        assert service.codes_by_id(session)[card.id].retired
