"""An interviewer's words: shown as such, coded only on purpose, in no figure, nothing learnt."""

from __future__ import annotations

import factories
import pytest
from coding.conftest import Browser
from exchange.reading_back import Files
from sqlalchemy import select
from workshops.meeting import Meeting

from storybank import db
from storybank.analysis.codings import CODE_AND_STORY, EVERYTHING, columns
from storybank.coding import reading as reading_codings
from storybank.coding import service, voices
from storybank.coding.models import Coding
from storybank.coding.voices import AskedOnceMore
from storybank.consent.rules import Purpose, Use, Variant
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.paper.deck import deck
from storybank.people.rules import Role
from storybank.stories import reading, speaking
from storybank.stories.models import Story
from storybank.stories.rules import NO_NAME, Speaks
from storybank.stories.speaking import Spoken
from storybank.suggest import fitting, renewing
from storybank.suggest.derivative import Suggestions
from storybank.suggest.models import Suggestion
from storybank.suggest.sample_draw import _untouched
from storybank.suggest.suggester import Proposal

TEXT = (
    "I: Did the others in the group help you?\n\nAna: They came with me. We sat down together.\n\n"
    "I: And what did you all do then?\n\nAna: We wrote a letter."
)
TYPED = "Did they help you?\n\nThey came with me.\n\nWhat then?\n\nWe wrote a letter."
ASKED, TOLD, BOTH = "Did the others in the group help you?", "We wrote a letter", "then?\nAna: We"


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def story(a):
    return a.story(TEXT)


@pytest.fixture
def put(session, a, use, story):
    def on(words, **more):
        place = a.place(story, words, TEXT)
        return service.apply(session, use, place, [a.code().id], **more)[0]

    return on


def counted(session, use):
    return len(columns(session, use, EVERYTHING, [CODE_AND_STORY])[0])


def test_no_code_goes_on_them_unless_it_is_meant(session, use, put):
    with pytest.raises(AskedOnceMore, match="tick"):
        put(ASKED)
    assert not put(BOTH).aside and not put(TOLD).aside
    meant = put(ASKED, on_purpose=True)
    assert not meant.aside and counted(session, use) == 3


def test_who_is_who_is_said_and_taken_back_and_figures_follow(session, a, use, story, put):
    everyone = {1: Speaks.TELLER, 2: Speaks.TELLER}
    before, many = voices.set_roles(session, use, story.id, everyone, 1)
    assert (before, many) == ({1: Speaks.INTERVIEWER, 2: Speaks.TELLER}, 0)
    asked, both, told = put(ASKED), put(BOTH), put(TOLD)
    back, many = voices.set_roles(session, use, story.id, before, 1)
    assert (back, many, counted(session, use)) == (everyone, 1, 2)
    assert [one.aside for one in (asked, both, told)] == [True, False, False]
    assert voices.count_aside(session, use, story.id) == 1
    a.undo(use)
    assert speaking.roles(session, [story.id]) == {story.id: everyone}
    assert counted(session, use) == 3
    a.redo(use)
    assert speaking.roles(session, [story.id]) == {story.id: before}
    assert counted(session, use) == 2
    # What another said since is not taken back.
    voices.set_roles(session, a.use(Purpose.KEEP), story.id, {1: Speaks.OTHER}, 1)
    assert "stays" in a.undo(use).sentence
    assert speaking.roles(session, [story.id]) == {story.id: {1: Speaks.OTHER}}
    # On purpose it counts again.
    voices.set_roles(session, use, story.id, before, 1)
    put(ASKED, on_purpose=True)
    assert counted(session, use) == 3


def test_paragraphs_can_be_marked_where_no_names_stand(session, a, use):
    story = a.story(TYPED)
    assert voices.voices(session, reading.story(session, use, story.id)) == []
    voices.mark_paragraphs(session, use, story.id, [0, 2], 1)
    text = reading.story(session, use, story.id)
    assert [text.text[slice(*one)] for one in text.asides] == ["Did they help you?", "What then?"]
    with pytest.raises(BadInput):
        voices.mark_paragraphs(session, use, story.id, [0], 1)
    a.undo(use)
    assert reading.story(session, use, story.id).asides == []


def test_only_those_who_may_see_a_story_say_who_is_who_in_it(session, a, use, story):
    with pytest.raises(Refused):
        speaking.set_roles(session, a.use(Purpose.MEMBERS), story.id, {})
    with pytest.raises(BadInput):
        voices.set_roles(session, use, story.id, {7: Speaks.TELLER}, 1)
    with pytest.raises(Conflict):
        voices.set_roles(session, use, story.id, {1: Speaks.TELLER}, 2)
    closed = a.story(TEXT + " Yes.", consented_to=[])
    with pytest.raises(NotFound):
        voices.set_roles(session, use, closed.id, {1: Speaks.TELLER}, 1)


def test_a_passage_says_whose_words_it_holds(session, a, use, story):
    places = [a.place(story, words, TEXT) for words in (ASKED, BOTH, TOLD)]
    found = reading.excerpts(session, use, places)
    assert [one.spoken for one in found] == [Spoken.INTERVIEWER, Spoken.BOTH, Spoken.TELLER]
    code = found[2].attribution
    assert [one.attribution for one in found] == [
        "Interviewer",
        f"{code}, with an interviewer",
        code,
    ]
    # A shorter text without the question is the teller's own.
    shown = a.use(Purpose.PUBLIC)
    shorter = Use(**{**shown.__dict__, "variant": Variant.SHORTENED})
    start = places[1].start
    kept = {places[1]: [(start + len("then?\n"), places[1].end)]}
    [one] = reading.excerpts(session, shorter, [places[1]], kept) or [None]
    assert one is None or one.spoken is Spoken.TELLER


def test_the_machine_neither_suggests_on_them_nor_learns_from_them(session, a, use, story, put):
    put(ASKED, on_purpose=True), put(TOLD)
    [answered] = fitting.answers(session)
    assert "letter" in answered.text
    assert not any("?" in words for _, words in fitting.gather(session).pool)
    [text], told = renewing.texts(session, [story.id]), reading.story(session, use, story.id)
    code = a.code("BA-WHO").id
    ends = [(place.start, place.end) for place in (a.place(story, w, TEXT) for w in (ASKED, TOLD))]
    proposals = [Proposal(start, end, code, (), False, 1.0) for start, end in ends]
    renewing.keep(session, [(text, proposals)], "cues")
    starts = select(Suggestion.start).where(Suggestion.code_id == code)
    assert session.scalars(starts).all() == [ends[1][0]]
    assert not any(start <= ends[0][0] for start, _ in filter(None, _untouched(session, use, told)))
    # One that was there before it was known is gone before anybody reads the story anew.
    voices.set_roles(session, use, story.id, {2: Speaks.INTERVIEWER}, 1)
    Suggestions(later=True).reconcile(session, [story.id])
    assert session.scalars(starts).all() == []


def test_files_and_cards_say_whose_words_they_are(session, a, use, story, put):
    code = f"ST-{story.person_id:04d}"
    put(ASKED, on_purpose=True), put(BOTH), put(TOLD)
    files = Files(session, use)
    names = ["Interviewer", f"{code}, with an interviewer", code]
    assert [row["storyteller"] for row in files.csv()] == names
    page = files.html()
    assert f"{code}, story {story.id}" in page.text
    assert page.text.count("an interviewer says these words, not the teller") == 1
    assert page.text.count("some of these words are an interviewer's") == 1
    # Cards: on a screen, on paper, and what may be drawn for them.
    room = Meeting(a)
    room.draw(*(a.place(story, words, TEXT) for words in (ASKED, BOTH)))
    kept = [f"{NO_NAME}, with an interviewer", "Interviewer"]
    assert sorted(card.excerpt.attribution for card in room.look().cards) == kept
    printed = deck(session, room.use, room.pack.id)
    assert sorted(card.attribution for card in printed.cards) == kept
    for coding in session.scalars(select(Coding)):
        coding.aside = True
    session.flush()
    assert reading_codings.with_codes(session, use, [a.code().id]) == []


@pytest.fixture
def people(house):
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        number, plain = a.story(TEXT).id, a.story(TYPED).id
        a.actor(Role.RESEARCHER, email="ana@example.org")
        a.actor(Role.STEWARD, email="sam@example.org")
    return number, plain


def test_pages_show_ask_and_save(house, app, people):
    number, plain = people
    ana = Browser(app, "ana@example.org")
    ana.open(f"/desk/{number}")
    rows = ana.page.select("#story [data-s]")
    assert [row.get("data-who") for row in rows] == ["Interviewer", None, "Interviewer", None]
    assert "".join(rows[0].strings) == TEXT.split("\n")[0]
    assert ana.page.select_one("#coder input[name=aside]")
    # Sentence by sentence, without JavaScript: asked once more, then done.
    ana.open(f"/desk/{number}/sentences")
    assert len(ana.page.select(".sb-sentence__asked")) == 2
    box = ana.page.select_one("#by-sentence input[name=code]")["value"]
    ana.send("#by-sentence", sentence="0", code=box)
    assert ana.status == 422 and ana.page.select_one("#aside-error")
    assert ana.page.select_one("[name=sentence][value='0']").has_attr("checked")
    ana.send("#by-sentence", sentence="0", code=box, aside="yes")
    assert ana.message.startswith("1 code put on")
    # At the desk the same, as a part.
    quote = "And what did you all do then?"
    start = TEXT.replace("\n\n", "\n").index(quote)
    sent = {"start": start, "end": start + len(quote), "quote": quote, "code": box}
    ana.open(f"/desk/{number}")
    assert ana.send("#coder", part=True, **sent) and ana.status == 422
    assert "Code the interviewer" in ana.page.select_one(".sb-lede").get_text()
    ana.open(f"/desk/{number}")
    ana.send("#coder", **sent, aside="yes")
    assert ana.status == 200
    # Who is who, by names; taken back with the message's button.
    ana.open(f"/stories/study/{number}/who")
    assert [one.get_text() for one in ana.page.select("legend")] == ["I", "Ana"]
    ana.send("main form:has([name=version])", **{"role-1": "teller", "role-2": "teller"})
    assert "saved" in ana.message
    assert not ana.open(f"/desk/{number}").select("[data-asked]")
    ana.send("#turn form:has([data-turn=undo])")
    assert ana.open(f"/desk/{number}").select("[data-asked]")
    for bad in ({"role-1": "king"}, {"role-9": "teller"}, {"role-x": "teller"}):
        ana.open(f"/stories/study/{number}/who")
        ana.send("main form:has([name=version])", **bad)
        assert ana.status == 422
    # A steward, by paragraphs; their undo goes back to what was said before.
    sam = Browser(app, "sam@example.org")
    sam.open(f"/stories/keep/{plain}/who")
    sam.send("main form:has([name=version])", asks="0")
    assert sam.open(f"/stories/keep/{plain}").select("[data-who=Interviewer]")
    sam.open(f"/stories/keep/{plain}/who")
    sam.send("main form:has([name=version])", **{"role-1": "other", "role-2": "teller"})
    assert not sam.open(f"/stories/keep/{plain}").select("[data-asked]")
    with db.writing(house.sessions) as session:
        assert not any(session.scalars(select(Coding.aside)))
        assert session.get(Story, number).current_version == 1
