"""Who is who in a story: a researcher or a steward says whose words are the teller's."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding import voices
from storybank.coding.views_desk import Page, go
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories import drawing, reading
from storybank.stories.rules import Speaks
from storybank.web.jinja import plural

for_team = uses(Purpose.STUDY, Purpose.KEEP, arg="purpose")
SAYS = {
    Speaks.TELLER: "The storyteller",
    Speaks.INTERVIEWER: "An interviewer",
    Speaks.OTHER: "Somebody else",
}


@for_team
def who(use: Use, purpose: str, story_id: int) -> Page:
    """Everybody who speaks in a story, or its paragraphs where no names stand in it."""
    return _page(use, story_id, {})


@for_team
def say_who(use: Use, purpose: str, story_id: int) -> Page:
    """Write down who is who; codings on an interviewer's words lie aside from then on."""
    session, form = web.session(), request.form
    version = form.get("version", 0, web.number)
    asked = form.getlist("asks", type=web.number)
    here = url_for("coding.who", purpose=purpose, story_id=story_id)
    try:
        if form.get("by") == "paragraph":
            many = voices.mark_paragraphs(session, use, story_id, asked, version)
            before = None
        else:
            before, many = voices.set_roles(session, use, story_id, _roles(), version)
    except BadInput as no:
        return _page(use, story_id, {"voices": no.sentence}), 422
    said = "Who is who is saved."
    if many:
        lie = "lies" if many == 1 else "lie"
        said += f" {plural(many, 'code')} on an interviewer's words {lie} aside: in no figure."
    if use.purpose is Purpose.STUDY:
        web.say(said, undo=url_for("coding.undo"))
    else:
        earlier = {f"role-{n}": role.value for n, role in (before or {}).items()}
        web.say(said, undo=here, fields={"version": version, **earlier})
    return go(here)


def _roles() -> dict[int, Speaks]:
    """What was chosen for each number; a choice left out is none.

    Raises BadInput for what is no role, or no number.
    """
    found = {}
    for name, value in request.form.items():
        head, _, number = name.partition("-")
        if head == "role" and value:
            if value not in tuple(Speaks) or not (number.isascii() and number.isdecimal()):
                raise BadInput("Choose who each of them is.")
            found[int(number[:9])] = Speaks(value)
    return found


def _page(use: Use, story_id: int, errors: dict[str, str]) -> str:
    session = web.session()
    story = reading.story(session, use, story_id)
    people = voices.voices(session, story)
    blocks = [] if people else story.blocks[: voices.MOST_PARAGRAPHS]
    words = [drawing.words(story.text[block.start : block.end]) for block in blocks]
    return web.render(
        "coding/who.html", use=use, story=story, people=people, says=SAYS, words=words,
        more=0 if people else len(story.blocks) - len(words), errors=errors,
        aside=voices.count_aside(session, use, story_id),
    )  # fmt: skip
