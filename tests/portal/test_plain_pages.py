"""Parts, corrections, labels and questions are written for readers of nine to eleven years."""

from __future__ import annotations

import factories
import pytest
from portal.asked import asked_in
from portal.room import read_lines
from portal.test_plain_words import GRADE, LONGEST, NOT_OURS, grade

from storybank import db
from storybank.coding import checks
from storybank.coding import service as coding
from storybank.consent.rules import Answer, Mark, Purpose, Use
from storybank.people import service as people
from storybank.portal import parts, views_parts
from storybank.stories.models import Story

OURS = (*NOT_OURS, ".sb-parts__list", "textarea", "dd[dir=auto]")


@pytest.fixture
def pages(room) -> dict[str, str]:
    ana, number = room.teller(
        title="The bus", name="Ana", consented_to=[Purpose.STUDY, Purpose.MEMBERS, Purpose.TEACH],
        answers={Purpose.WORKSHOP: Answer.ASK},
    )  # fmt: skip
    empty = {path: ana.get(f"/my/{path}").text for path in (f"{number}/codes", "asks")}
    with db.writing(room.house.sessions) as session:
        a = factories.Factory(session)
        story = session.get_one(Story, number)
        actor = people.actor_for(session, people.account_by_email(session, ana.email))
        own = Use.claim(actor, Purpose.OWN, factories.now())
        parts.mark(session, own, number, 1, [1], Mark.LEAVE_OUT)
        parts.mark(session, own, number, 1, [3], Mark.ASK_FIRST)
        study, place = a.use(Purpose.STUDY), a.place(story, "I rang the clinic on Monday.")
        for key, said in (("EN-PEER", checks.Said.YES), ("VA-SERVICE", None)):
            [made] = coding.apply(session, study, place, [a.code(key).id])
            checks.say(session, own, made.id, said)
        asked_in(a, actor, number, "It was a bus.")
    page = f"/my/{number}"
    found = {name: ana.get(f"{page}/{name}").text for name in ("parts", "parts/change", "codes")}
    found |= {name: ana.get(f"/my/{name}").text for name in ("asks", "asks/1")}
    found["wrong"] = ana.post(f"{page}/parts", on="/my", version=1).text
    found["same"] = ana.post(f"{page}/parts/change", on="/my", version=1, sentence=1, words="").text
    for purpose in ("", "members", "teach", "public"):
        found[f"as {purpose}"] = ana.get(f"{page}/as-others-see-it", use=purpose).text
    for answer in ("yes", "no"):
        ana.post("/my/asks/1", on="/my", answer=answer)
        found[f"said {answer}"] = ana.get("/my/asks/1").text
    return found | {f"empty {path}": text for path, text in empty.items()}


def test_every_page_is_in_plain_words(pages):
    read = {name: read_lines(page, OURS) for name, page in pages.items()}
    assert {name: grade(lines) for name, lines in read.items() if grade(lines) > GRADE} == {}
    sentences = {
        sentence
        for lines in read.values()
        for line in lines
        for sentence in line.replace("?", ".").split(". ")
    }
    assert [one for one in sentences if len(one.split()) > LONGEST] == []
    assert "Take this mark back number 1" in " ".join(read["parts"])


def test_why_nobody_sees_it_is_in_plain_words():
    assert grade(list(views_parts.WHY_NOBODY.values())) <= GRADE
