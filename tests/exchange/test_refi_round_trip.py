"""A project goes out and comes in again as it was: in another house, and in its own."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest
import sqlalchemy as sa
from exchange.projects import content_of, leaving, root_of, taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from storybank.clock import now
from storybank.coding import service as coding
from storybank.coding.models import Coding, CodingFlag
from storybank.consent import passages
from storybank.consent import service as consent
from storybank.consent.folding import Span
from storybank.consent.rules import EIGHT, Answer, Mark, Purpose
from storybank.exchange import refi_codes_out
from storybank.exchange.models import ArrivalStory
from storybank.memos.models import Memo
from storybank.people.rules import MACHINE, Role
from storybank.stories.rules import MASK, Place

HARD = (
    "She said \U0001f469\u200d\U0001f680 \u201cwe\u2019ll see\u201d and e\u0301te\u0301.\n"
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05dc\u05da, "
    "then \u0645\u0631\u062d\u0628\u0627.\n"
    "\u6211\u5011\u4e00\u8d77\u53bb\u3002 Zalgo: a\u0300\u0301\u0302 & <b>not a tag</b>\n\nThe end."
)


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


def memo(a, use, **more) -> Memo:
    made = Memo(account_id=use.actor.account_id, made_at=now(), changed_at=now(), **more)
    a.session.add(made)
    a.session.flush()
    return made


def agree(a, story_ids) -> None:
    """What their tellers chose is written down."""
    for story_id in story_ids:
        said = dict.fromkeys(EIGHT, Answer.YES)
        person = consent.person_of(a.session, story_id)
        consent.give(a.session, MACHINE, story_id, person, said, a.proof(), "paper")


def a_project(a, use) -> None:
    story = a.story(HARD, title="A hard one", attributes={"country": "Wales", "year": "2024"})
    text = coding.reading.story(a.session, use, story.id).text
    for quote, keys in (
        ("\U0001f469\u200d\U0001f680 \u201cwe\u2019ll see\u201d", ["EN-PEER", "BA-TOKEN"]),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", ["EN-PEER"]),
        ("\u6211\u5011", ["BA-TOKEN"]),
        ("a\u0300\u0301\u0302".replace("a\u0300", "\u00e0"), ["EN-PEER"]),
    ):
        start = text.index(quote)
        place = Place(story.id, 1, start, start + len(quote))
        coding.apply(a.session, use, place, [a.code(key).id for key in keys])
    first = a.session.scalars(sa.select(Coding).order_by(Coding.id)).first()
    a.session.add(CodingFlag(coding_id=first.id, name="stance", value="for"))
    place = {"story_id": story.id, "version": 1, "start": 0, "end": 3}
    root = memo(a, use, kind="passage", title="On her", body="*Why* so sure?", **place)
    memo(a, use, kind="passage", body="Ask her.", answers_id=root.id, **place)
    memo(a, use, kind="code", body="Too wide?", code_id=a.code().id)
    memo(a, use, kind="story", body="Long.", story_id=story.id)
    memo(a, use, kind="project", title="Plan", body="Read & code <all>.\n\n- one\n- two")
    memo(a, use, kind="passage", body="This one.", coding_id=first.id, story_id=story.id, version=1,
         start=first.start, end=first.end)  # fmt: skip


class TestOut:
    def test_it_is_what_the_standards_own_schema_asks(self, a, use, real_data):
        a_project(a, use)
        data = leaving(a, use)
        schema = etree.XMLSchema(etree.parse(str(real_data / "qda" / "spec" / "Project.xsd")))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tree = etree.fromstring(archive.read("project.qde"))
        assert schema.validate(tree), schema.error_log
        assert len(content_of(data)["codings"]) == 5

    def test_so_is_the_codebook(self, a, real_data):
        schema = etree.XMLSchema(etree.parse(str(real_data / "qda" / "spec" / "Codebook.xsd")))
        tree = etree.fromstring(refi_codes_out.codebook(a.session))
        assert schema.validate(tree), schema.error_log

    def test_a_project_without_a_story_is_so_too(self, a, use, real_data):
        schema = etree.XMLSchema(etree.parse(str(real_data / "qda" / "spec" / "Project.xsd")))
        with zipfile.ZipFile(io.BytesIO(leaving(a, use))) as archive:
            assert schema.validate(etree.fromstring(archive.read("project.qde")))

    def test_only_what_the_use_allows_leaves_and_parts_kept_back_are_masked(self, a, use):
        a_project(a, use)
        secret = a.story("The quokkas came on Thursday, and nobody knew why.")
        coding.apply(a.session, use, Place(secret.id, 1, 4, 11), [a.code().id])
        coding.apply(a.session, use, Place(secret.id, 1, 34, 40), [a.code().id])
        gone = a.story("A wombat was here and is not to be told of.", title="Wombats")
        coding.apply(a.session, use, Place(gone.id, 1, 2, 8), [a.code().id])
        a.stop(gone, Purpose.STUDY)
        passages.mark_passage(
            a.session, MACHINE, secret.id, secret.person_id, Span(1, 0, 16), Mark.LEAVE_OUT, "phone"
        )
        data = leaving(a, use)
        found = content_of(data)
        texts = {title: text for _, title, text in found["sources"]}
        masked = texts["Going in together"]
        assert masked.startswith(MASK * 16 + " on Thursday") and len(masked) == 50
        assert "Wombats" not in texts
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist()).lower()
        assert b"quokka" not in everything and b"wombat" not in everything
        assert len(found["codings"]) == 6
        (said,) = [one for one in found["places"] if (one[2], one[3]) == (34, 40)]
        assert masked[said[2] : said[3]] == "nobody"

    def test_the_manifest_says_the_terms_and_what_is_left_out_in_no_story_word(self, a, use):
        a.story("The quokkas came on a Thursday.", until=None, not_for=["Hill Surgery"])
        no = a.story("Another.", consented_to=[Purpose.MEMBERS])
        assert no.id
        with zipfile.ZipFile(io.BytesIO(leaving(a, use))) as archive:
            said = json.loads(archive.read("storybank-manifest.json"))
            read_me = archive.read("READ-ME.txt").decode()
        (story,) = said["stories"]
        assert story["not_for"] == ["Hill Surgery"] and "Hill Surgery" in story["terms"]
        assert said["use"] == "study" and said["duty"]
        assert "quokka" not in json.dumps(said) and "study" in read_me

    def test_guids_are_the_same_in_every_file(self, a, use):
        a_project(a, use)
        assert content_of(leaving(a, use)) == content_of(leaving(a, use))

    def test_whoever_codes_blind_takes_nobody_elses_codings_out(self, a, use):
        from storybank.coding.round_models import Assignment, CodingRound

        story = a.story()
        coding.apply(a.session, use, Place(story.id, 1, 0, 6), [a.code().id])
        other = a.use(Purpose.STUDY)
        assert len(content_of(leaving(a, other))["codings"]) == 1
        work = CodingRound(name="R", blind=True, made_by=use.actor.account_id, made_at=now())
        a.session.add(work)
        a.session.flush()
        a.session.add(
            Assignment(round_id=work.id, story_id=story.id, account_id=other.actor.account_id,
                       given_at=now())
        )  # fmt: skip
        a.session.flush()
        assert content_of(leaving(a, other))["codings"] == []


class TestRoundTrip:
    def test_in_another_house_it_is_the_same_project(self, a, use):
        with a.session.begin_nested() as before:
            a_project(a, use)
            data = leaving(a, use)
            before.rollback()
        a.session.expire_all()
        arrival = taken(a, a.actor(Role.STEWARD), data)
        assert arrival.report["losses"] == []
        agree(a, a.session.scalars(sa.select(ArrivalStory.story_id)).all())
        again = leaving(a, use)
        assert same(content_of(again), content_of(data))
        flags = a.session.execute(sa.select(CodingFlag.name, CodingFlag.value)).all()
        assert [tuple(row) for row in flags] == [("stance", "for")]

    def test_in_its_own_house_nothing_is_doubled(self, a, use):
        a_project(a, use)
        data = leaving(a, use)
        counts = [a.session.scalar(sa.select(sa.func.count()).select_from(table))
                  for table in (Coding, Memo)]  # fmt: skip
        arrival = taken(a, a.actor(Role.STEWARD), data)
        assert counts == [a.session.scalar(sa.select(sa.func.count()).select_from(table))
                          for table in (Coding, Memo)]  # fmt: skip
        assert arrival.report["losses"] == []
        assert content_of(leaving(a, use)) == content_of(data)

    def test_work_of_others_on_it_comes_home_even_onto_masked_words(self, a, use):
        story = a.story("The quokkas came on Thursday, and nobody knew why.")
        passages.mark_passage(
            a.session, MACHINE, story.id, story.person_id, Span(1, 0, 16), Mark.LEAVE_OUT, "phone"
        )
        coding.apply(a.session, use, Place(story.id, 1, 34, 40), [a.code().id])
        data = leaving(a, use)
        root = root_of(data)
        (one,) = root.iter("{urn:QDA-XML:project:1.0}Coding")
        one.set("guid", "11111111-2222-3333-4444-555555555555")
        one[0].set("targetGUID", next(
            code.get("guid") for code in root.iter("{urn:QDA-XML:project:1.0}Code")
            if code.get("name") == a.code("BA-TOKEN").name
        ))  # fmt: skip
        taken(a, a.actor(Role.STEWARD), repacked(data, root))
        codes = a.session.scalars(
            sa.select(Coding.code_id).where(Coding.story_id == story.id, Coding.start == 34)
        ).all()
        assert sorted(codes) == sorted([a.code().id, a.code("BA-TOKEN").id])

    def test_a_deleted_story_does_not_come_in_again(self, a, use):
        from storybank.portal import erasing

        story = a.story("The quokkas came on Thursday, and nobody knew why.")
        coding.apply(a.session, use, Place(story.id, 1, 34, 40), [a.code().id])
        data = leaving(a, use)
        erasing.erase(a.session, MACHINE, story.id, story.person_id, "phone")
        arrival = taken(a, a.actor(Role.STEWARD), data)
        assert [row[0] for row in arrival.report["losses"]] == ["story deleted"]
        assert a.session.scalars(sa.select(ArrivalStory.story_id)).all() == []

    @settings(
        max_examples=5, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(seed=st.integers(0, 10**9), texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=80)
        .filter(lambda text: any(letter.isalnum() for letter in text)), min_size=1, max_size=3,
    ))  # fmt: skip
    def test_random_projects_do(self, a, seed, texts):
        with a.session.begin_nested() as outer:
            use = a.use(Purpose.STUDY)
            with a.session.begin_nested() as inner:
                a_random_project(a, use, random.Random(seed), texts)
                data = leaving(a, use)
                inner.rollback()
            a.session.expire_all()
            arrival = taken(a, a.actor(Role.STEWARD), data)
            assert arrival.report["losses"] == []
            stories = a.session.scalars(
                sa.select(ArrivalStory.story_id).where(ArrivalStory.arrival_id == arrival.id)
            ).all()
            agree(a, stories)
            assert same(content_of(leaving(a, use)), content_of(data))
            outer.rollback()
        a.session.expire_all()


def a_random_project(a, use, rng, texts) -> None:
    others = [use, a.use(Purpose.STUDY)]
    keys = [card.id for card in refi_codes_out.cards(a.session)][:8]
    for text in texts:
        story = a.story(text + f" {rng.random()}", title=text[:30])
        whole = coding.reading.story(a.session, use, story.id).text
        for _ in range(rng.randrange(6)):
            start = rng.randrange(len(whole))
            end = rng.randrange(start, len(whole)) + 1
            if not whole[start:end].strip():
                continue
            start, end = coding.clean_place(whole, start, end)
            start, end = at_letters(whole, start, end)
            who, code = rng.choice(others), rng.choice(keys)
            place = Place(story.id, 1, start, end)
            coding.apply(a.session, who, place, [code])
            if rng.random() < 0.3:
                memo(a, who, kind="passage", body=f"note {rng.random()}", story_id=story.id,
                     version=1, start=start, end=end)  # fmt: skip


def at_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """The place widened to whole letters: the house's own pages mark nothing less."""
    from storybank.exchange.alignment import Alignment

    landed = Alignment(text, text).land(start, end)
    assert landed is not None
    return landed.start, landed.end


def same(one: dict, other: dict) -> bool:
    """The same but for whoever made the file, who is a coder only where they coded."""
    for key in one:
        rows = [row for row in one[key] if row not in other[key]]
        lost = [row for row in other[key] if row not in one[key]]
        if key == "users":
            coders = {row[1] for row in one["codings"]} | {row[1] for row in other["codings"]}
            rows = [row for row in rows if row[0] in coders]
            lost = [row for row in lost if row[0] in coders]
        assert not rows and not lost, (key, len(rows), len(lost))
    return True


def repacked(data: bytes, root) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "project.qde":
                content = etree.tostring(etree.fromstring(_xml(root)))
            new.writestr(name, content)
    return out.getvalue()


def _xml(root) -> bytes:
    from xml.etree.ElementTree import tostring

    return tostring(root)
