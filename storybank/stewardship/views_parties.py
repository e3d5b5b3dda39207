"""Who is who to a story: added with what shows that they may, taken out again, and two notes."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import parties as service
from storybank.consent.rules import Part
from storybank.errors import BadInput, NotFound, StorybankError
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role, code_of, person_id_of
from storybank.stewardship import assisting, proofs
from storybank.stewardship.sight import proof_of, seen
from storybank.stories.choices_asked import EVIDENCE

Page = str | Response | tuple[str, int]
GIVEN = tuple(part for part in Part if part not in (Part.TELLER, Part.TEAM))
FOLLOWS = {
    Part.CO_TELLER: "From now on every use needs a yes from each of them. Until they answer, "
    "nobody may use the story.",
    Part.PARENT: "From now on every use needs a yes from each of them. Until they answer, "
    "nobody may use the story. Needs evidence.",
    Part.ATTORNEY: "They see the story and may give and stop answers for its teller. Needs "
    "evidence: the deed or the order.",
    Part.CONSULTEE: "With an ethics approval, research may go on where the teller cannot decide. "
    "Needs evidence.",
    Part.SUPPORTER: "Nothing changes in who decides. They do not see the story.",
    Part.INTERPRETER: "Nothing changes in who decides. They do not see the story.",
    Part.SUBJECT: "Nothing changes in who decides. They do not see the story.",
}
"""What follows from each part, said before it is given."""
BACK = "Put back right after it was taken out by mistake."


@open_to(Role.STEWARD)
def parties(story_id: int) -> Page:
    """Everybody who has a part in a story."""
    return _page(story_id)


@open_to(Role.STEWARD)
def join(story_id: int) -> Page:
    """Give somebody a part."""
    session, actor, form = web.session(), current_actor(), request.form
    seen(session, actor, story_id)
    try:
        part = _part(form.get("part", ""))
        person_id = _person(form.get("who", ""), form.get("new") == "yes")
        note = BACK if form.get("back") == "yes" else form.get("evidence", "")
        kind = "witness_note" if form.get("back") == "yes" else form.get("evidence_kind", "")
        service.join(
            session, actor, story_id, person_id, part, proof_of(kind, note), "face_to_face",
            approval=form.get("approval", ""),
        )  # fmt: skip
    except StorybankError as problem:
        session.rollback()
        return _page(story_id, {"part": problem.sentence}), 422
    web.say(
        f"{code_of(person_id)} is added as {part.value}.",
        undo=url_for("stewardship.leave", story_id=story_id), fields={"person": person_id},
    )  # fmt: skip
    return _back(story_id)


@open_to(Role.STEWARD)
def leave(story_id: int) -> Page:
    """Take somebody's part away; it can be given back."""
    session, actor = web.session(), current_actor()
    state = seen(session, actor, story_id)
    person_id = request.form.get("person", 0, web.number)
    part = state.parties.get(person_id)
    service.leave(session, actor, story_id, person_id, "face_to_face")
    web.say(
        f"{code_of(person_id)} has no part in this story any more.",
        undo=url_for("stewardship.join", story_id=story_id),
        fields={"who": code_of(person_id), "part": part.value if part else "", "back": "yes"},
    )
    return _back(story_id)


@open_to(Role.STEWARD)
def note_on_teller(story_id: int) -> Page:
    """Note that a teller cannot decide now, or is under 16; or that this is so no more."""
    session, actor, form = web.session(), current_actor(), request.form
    state = seen(session, actor, story_id)
    person_id = form.get("person", 0, web.number) or state.person_id
    what, is_so = form.get("what", ""), form.get("so") == "yes"
    try:
        if assisting.whose(state, person_id) is None:
            raise NotFound("They have no say in this story.")
        if what == "capacity":
            proof = proof_of("witness_note", form.get("note", ""))
            service.note_capacity(session, actor, story_id, person_id, is_so, proof)
        elif what == "age":
            service.note_age(session, actor, story_id, person_id, is_so)
        else:
            raise BadInput("Choose what to note.")
    except StorybankError as problem:
        session.rollback()
        return _page(story_id, {"note": problem.sentence}), 422
    web.say("The note is written down.")
    return _back(story_id)


def _part(word: str) -> Part:
    for part in GIVEN:
        if part.value == word:
            return part
    raise BadInput("Choose what they are to the story.")


def _person(typed: str, new: bool) -> int:
    """The person with this code, or somebody new who gets one."""
    if typed.strip():
        return person_id_of(typed)
    if not new:
        raise BadInput("Write their code, or tick that they are new here.")
    return proofs.newcomer(web.session())


def _back(story_id: int) -> Response:
    return redirect(url_for("stewardship.parties", story_id=story_id), 303)


def _page(story_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    state = seen(session, current_actor(), story_id)
    tellers = [number for number in state.parties if assisting.whose(state, number)]
    return web.render(
        "stewardship/parties.html", story_id=story_id, state=state, errors=errors, given=GIVEN,
        follows=FOLLOWS, evidence=EVIDENCE, code_of=code_of, chosen=request.form,
        tellers=[(number, assisting.own(session, story_id, number)) for number in tellers],
    )  # fmt: skip
