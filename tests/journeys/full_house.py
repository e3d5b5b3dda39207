"""A house with something on every page of it, for tests that walk them all."""

from __future__ import annotations

import crawling
import sqlalchemy as sa
from agreement.together import coded_together
from analysis.matrices import matrix_in
from codebook.changed import book_changed
from coding.worked import worked_on
from details.looked import answered, replaced
from exchange.projects import brought_in
from factories import TEXT, Factory
from meetings.led import led_in
from meetings.noted_down import noted_in
from portal.asked import asked_in
from portal.half_filled import half_filled
from receiving.brought import brought_in as files_brought
from rights.asking import requests_in
from stewardship.matters import matters_in
from stories.sounding import kept_beside
from suggest.answered import answered_in
from synthesis.answered import answer_in
from ways_in.open_ways import ways_open

from storybank import db, tables
from storybank.analysis import saved
from storybank.clock import now
from storybank.consent import drafts, passages, pausing, publishing
from storybank.consent import service as consent
from storybank.consent.candidates import candidates, seal_of
from storybank.consent.drafts import Words
from storybank.consent.folding import Span
from storybank.consent.rules import Mark, Purpose, Use
from storybank.demo import loading
from storybank.mail import service as mail
from storybank.memos import service as memos
from storybank.paper import printing
from storybank.paper.models import PrintedCard
from storybank.people import service as people
from storybank.people.rules import MACHINE, Actor, Role
from storybank.people.way_models import Invitation
from storybank.portal.questions import QUESTIONS
from storybank.search import keys
from storybank.search import saved as searches
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.workshops import cards, service

DRAFTED, PROPOSED = "who", "keep"
"""Wordings: one is being written, another waits for a second steward to look."""
STEWARD, FACILITATOR = "steward@example.org", "facilitator@example.org"


def fill(house) -> dict[str, list]:
    """On top of the demo: requests, letters, questions, holds, drafts, cards that were printed,
    and a second story of the demo's storyteller, paused. A number or word for each argument of
    an address, one that is there; the first ones belong together."""
    with db.writing(house.sessions) as session:
        a = Factory(session)
        teller = _who(session, loading.STORYTELLER)
        first = session.scalars(
            sa.select(Story.id).where(Story.external_id == loading.STORYTELLERS_STORY)
        ).one()
        assert teller.person_id and teller.account_id
        second = a.story(title="Another by the same teller", person_id=teller.person_id).id
        mail.send(
            session, person_id=teller.person_id, subject="Your receipt",
            body="Here is a note of your choices.", about="receipt:1",
        )  # fmt: skip
        asked = asked_in(a, teller, first, "So it was.")
        requests = requests_in(a, teller.person_id, first)
        requests["request_id"] += asked.pop("request_id")
        matters = matters_in(a, _who(session, STEWARD), first, first + 1)
        ways = ways_open(a, teller.account_id)
        proposal = _new_words(a)
        use = Use.claim(_who(session, FACILITATOR), Purpose.WORKSHOP, now())
        run = printing.make(session, use, 1, 2)
        # One of them is to be collected.
        taken = service.standing(session, 1)[-1].id
        cards.take_out(session, use, 1, [taken])
        printed = session.scalars(sa.select(PrintedCard).order_by(PrintedCard.id).limit(1)).one()
        on_paper = {
            "run_id": [run.id],
            "card_id": [printed.id],
            "letters": [printed.letters, "NOT-A-CARD"],
        }
        for story_id in (first, second):
            half_filled(session, teller, story_id)
        noted = _noted(session, first)
        keeps = Use.claim(_who(session, STEWARD), Purpose.KEEP, now())
        third = a.story(title="In other words", person_id=teller.person_id).id
        replaced(session, keeps, third)
        answered(session, keeps, first)
        kept_beside(session, first, "lamp")
        stopped = _done_by_others(session, second, teller.person_id)
    house.runner.drain()
    with house.sessions() as session:
        found = {
            "story_id": [first, second, third], "proposal_id": [proposal],
            "receipt_id": [1, stopped],
            "person_id": [teller.person_id, session.scalar(sa.select(Invitation.person_id))],
        }  # fmt: skip
        for table in ("account", "pack", "workshop", "suggestion", "message", "coding"):
            column = tables.metadata.tables[table].c.id
            first_row = sa.select(column).order_by(column).limit(1)
            found[f"{table}_id"] = list(session.scalars(first_row))
    with db.writing(house.sessions) as session:
        bren = Use.claim(_who(session, "bren@example.org"), Purpose.STUDY, now())
        found |= book_changed(session, bren, found["coding_id"][0])
        found |= matrix_in(session, bren, first)
        kept = saved.save(session, bren, "Peers", "code:EN-PEER", shared=True)
        amina = Use.claim(_who(session, "amina@example.org"), Purpose.STUDY, now())
        own = saved.save(session, amina, "Allies", "code:EN-ALLY AND family:barrier", False)
        found |= {"query_id": [kept.id, own.id]}
        search = searches.save(session, house.index, bren, "Of peers", "code:EN-PEER", True)
        away = searches.save(session, house.index, bren, "Taken away", "family:barrier", True)
        searches.remove(session, bren, away.id)
        found |= {"search_id": [search.id], "place": [f"{first}-1-0-60"]}
        found |= {"search_key_id": [keys.make(session, bren.actor, "A table")[0].id]}
        found |= coded_together(session, amina, bren, first)
        found |= worked_on(session, bren, first)
        found |= answered_in(session, amina, first)
        led = led_in(session, _who(session, FACILITATOR), found["workshop_id"][0])
        noted_in(session, _who(session, FACILITATOR), found["workshop_id"][0], led["cluster_id"][0])
        ways["token"] += led.pop("token")
        found |= led
        leads = Use.claim(_who(session, FACILITATOR), Purpose.WORKSHOP, now())
        pack = cards.view(session, leads, found["pack_id"][0])
        found |= {"item_id": [card.item_id for card in pack.cards]}
        found |= answer_in(
            session, found["workshop_id"][0], _who(session, FACILITATOR).account_id,
            teller.person_id,
        )  # fmt: skip
        found |= files_brought(session, _who(session, STEWARD))
        found |= {"arrival_id": [brought_in(Factory(session), _who(session, STEWARD))]}
    others = [code for code in QUESTIONS if code not in (DRAFTED, PROPOSED)]
    return found | asked | requests | matters | ways | noted | on_paper | {
        "purpose": crawling.PURPOSES, "key": ["EN-PEER", "BA-WHO", *found.pop("example_key")],
        "filename": ["storybank.css"], "form": ["html"], "shape": ["cards"], "file": ["html"],
        "paragraph": [3], "job_id": [1], "code": [DRAFTED, PROPOSED, *others],
    }  # fmt: skip


def _noted(session, story_id: int) -> dict[str, list]:
    """A memo on a passage with an answer, links both ways, and a settled one on a code."""
    amina, bren = (
        Use.claim(_who(session, email), Purpose.STUDY, now())
        for email in ("amina@example.org", "bren@example.org")
    )
    about = memos.subject(session, amina, place=Place(story_id, 1, 0, 9))
    first = memos.write(session, amina, about, "A beginning", "Who speaks here? @Bren")
    answer = memos.answer(session, bren, first.id, "The one who was there.")
    code = memos.subject(session, bren, code="EN-PEER")
    other = memos.write(session, bren, code, "", "- wide\n- **useful**")
    links = [
        memos.link(session, amina, first.id, "EN-PEER").id,
        memos.link(session, bren, other.id, f"memo {first.id}").id,
    ]
    memos.answer(session, amina, other.id, "Yes.")
    memos.settle(session, bren, other.id)
    return {"memo_id": [first.id, answer.id, other.id], "link_id": links}


def _done_by_others(session, story_id: int, person_id: int) -> int:
    """What changes while the storyteller fills in the questions; the receipt of a stop."""
    about = (session, MACHINE, story_id, person_id)
    passages.mark_passage(*about, Span(1, 0, 9), Mark.LEAVE_OUT, "phone")
    passages.transcribed(*about, 1, len(TEXT), "paper")
    stopped = consent.stop(*about, [Purpose.TEACH], "web").id
    pausing.pause(*about, "phone")
    return stopped


def _who(session, email: str) -> Actor:
    return people.actor_for(session, people.account_by_email(session, email))


def _new_words(a: Factory) -> int:
    """The number of what is proposed."""
    other = a.actor(Role.STEWARD)
    for code in (DRAFTED, PROPOSED):
        words = drafts.words_of(a.session, code)
        longer = {
            form: Words(f"{one.text}\nThank you.", one.help_text) for form, one in words.items()
        }
        drafts.save_draft(a.session, other, code, longer)
    seal = seal_of(candidates(a.session, [PROPOSED]))
    publishing.propose_same(a.session, other, [PROPOSED], seal)
    return publishing.proposals(a.session)[0].id
