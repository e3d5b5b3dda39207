"""Loading the corpus: people, stories with their consents, codings, a workshop with its pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from storybank import db
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent import service as consent
from storybank.consent.rules import EIGHT, Answer, Fact, NameStyle, Purpose, Use
from storybank.demo import held
from storybank.demo.corpus import InventedStory, noon
from storybank.demo.corpus import codings as invented_codings
from storybank.demo.corpus import stories as invented_stories
from storybank.intake.service import Choices, receive
from storybank.people import service as people
from storybank.people.rules import MACHINE, Actor, Role
from storybank.wiring import House
from storybank.workshops import service as workshops

PASSWORD = "storybank-demo"
"""For the invented people of the demo only."""

PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("steward@example.org", "Stella Marsh (steward)", (Role.STEWARD,)),
    ("amina@example.org", "Amina Yusuf (researcher)", (Role.RESEARCHER,)),
    ("bren@example.org", "Bren Kavanagh (researcher)", (Role.RESEARCHER,)),
    ("facilitator@example.org", "Farida Noor (facilitator)", (Role.FACILITATOR,)),
    ("member@example.org", "Morag Bell (member)", (Role.MEMBER,)),
    ("admin@example.org", "Ade Cole (administrator)", (Role.ADMINISTRATOR,)),
)
STORYTELLER = "storyteller@example.org"
STORYTELLERS_STORY = "invented-01"


def load(house: House) -> int:
    """Load everything, in one transaction, and do the work that follows; how many stories."""
    with db.writing(house.sessions) as session:
        actors = _people(session)
        numbers: dict[str, int] = {}
        texts: dict[str, str] = {}
        stories = list(invented_stories())
        for story in stories:
            numbers[story.key] = _take_in(session, story)
            texts[story.key] = story.arrival.canon.text
        _codings(session, actors, numbers, texts)
        _stops(session, stories, numbers)
        _workshop(session, actors["facilitator@example.org"])
        held.hold(session, actors["facilitator@example.org"])
    house.runner.drain()
    return len(numbers)


def how_to_sign_in() -> str:
    """Who can sign in to the demo, and how."""
    lines = [f"Sign in with any of these; the password is {PASSWORD}"]
    lines += [f"  {email:26} {', '.join(roles)}" for email, _, roles in PEOPLE]
    lines.append(f"  {STORYTELLER:26} {Role.STORYTELLER}")
    return "\n".join(lines)


def _people(session: Session) -> dict[str, Actor]:
    actors = {}
    for email, name, roles in PEOPLE:
        account = people.add_account(session, email, roles, name=name, password=PASSWORD)
        actors[email] = people.actor_for(session, account)
    return actors


def _take_in(session: Session, story: InventedStory) -> int:
    head = story.head
    person_id = None
    if story.key == STORYTELLERS_STORY:
        account = people.add_account(
            session,
            STORYTELLER,
            [Role.STORYTELLER],
            name=f"{head['storyteller']} (storyteller)",
            password=PASSWORD,
        )
        person_id = account.person_id
    taken, _ = receive(
        session, MACHINE, story.arrival, _choices(head), person_id=person_id, invented=True
    )
    return taken.id


def _choices(head: Mapping[str, Any]) -> Choices:
    said = head["consent"]
    answers = {purpose: Answer(said[purpose]) for purpose in EIGHT if said.get(purpose)}
    return Choices(
        answers=answers,
        proof=consent.Proof("witness_note", said.get("evidence", "Invented for the demo.")),
        channel=said.get("channel", "paper"),
        lasts=said.get("lasts", "2 years"),
        name_style=NameStyle(head.get("name_style", "none")),
        name=head.get("name", ""),
        not_for=tuple(said.get("not_for", ())),
        facts=tuple(Fact),
        given_at=noon(said["given_on"]),
    )


def _stops(session: Session, stories: Iterable[InventedStory], numbers: Mapping[str, int]) -> None:
    for story in stories:
        for stop in story.head["consent"].get("stops", ()):
            uses = EIGHT if stop["use"] == "all" else (Purpose(stop["use"]),)
            number = numbers[story.key]
            person_id = consent.person_of(session, number)
            consent.stop(
                session, MACHINE, number, person_id, uses, stop.get("channel", "phone"),
                at=noon(stop["on"]),
            )  # fmt: skip


def _codings(
    session: Session,
    actors: Mapping[str, Actor],
    numbers: Mapping[str, int],
    texts: Mapping[str, str],
) -> None:
    codes = {card.key: card.id for card in codebook.codes_by_id(session).values()}
    for row in invented_codings():
        start, end = row.place_in(texts[row.story])
        coder = actors[f"{row.coder}@example.org"]
        session.add(
            Coding(
                story_id=numbers[row.story],
                version=1,
                start=start,
                end=end,
                code_id=codes[row.code],
                coder_id=coder.account_id,
                made_at=now() - timedelta(days=30),
            )
        )
    session.flush()


def _workshop(session: Session, facilitator: Actor) -> None:
    use = Use.claim(facilitator, Purpose.WORKSHOP, now())
    today = now().date()
    workshop = workshops.plan(
        session, use,
        title="What helps people be heard?",
        question="What would make it easier for people like these storytellers to be heard here?",
        held_on=today + timedelta(days=21),
        purpose=Purpose.WORKSHOP,
        audience=["Riverside Council", "Northbridge Clinic"],
    )  # fmt: skip
    pack = workshops.new_pack(
        session, use, workshop.id,
        title="People like me at my side", use_until=today + timedelta(days=60),
    )  # fmt: skip
    wanted = ("EN-PEER", "EN-ALLY", "BA-TOKEN", "VA-SERVICE")
    for key in wanted:
        code_id = codebook.code(session, key).id
        cards = coding.with_codes(session, workshops.for_meeting(use, workshop), [code_id])
        chosen = {card.place.story_id: card.place for card in cards}
        workshops.draw(session, use, pack.id, list(chosen.values())[:2], code_id)
