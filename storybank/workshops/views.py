"""Pages of workshops and packs."""

from __future__ import annotations


from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Reason, Use
from storybank.errors import BadInput, StorybankError
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stories.rules import Place
from storybank.workshops import drawing, printing, rules, service
from storybank.workshops.forms import PackForm, WorkshopForm

bp = Blueprint(
    "workshops", __name__, template_folder="templates", static_folder="static",
    static_url_path="/workshops/static",
)  # fmt: skip
for_a_room = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")


@bp.get("/workshops")
@open_to(Role.FACILITATOR)
def workshops() -> str:
    """Every workshop, those to come first."""
    today = now().date()
    found = service.workshops(web.session())
    return web.render(
        "workshops/workshops.html",
        coming=[one for one in reversed(found) if one.held_on >= today],
        past=[one for one in found if one.held_on < today],
    )


@bp.route("/workshops/new", methods=["GET", "POST"])
@open_to(Role.FACILITATOR)
def new_workshop() -> str | Response | tuple[str, int]:
    """Plan a workshop."""
    form = WorkshopForm.sent(request.form) if request.method == "POST" else WorkshopForm()
    if request.method == "POST" and form.ok:
        use = Use.claim(current_actor(), form.use, now())
        made = service.plan(
            web.session(), use, title=form.title, question=form.question, held_on=form.day,
            purpose=form.use, audience=form.audience.splitlines(),
        )  # fmt: skip
        web.say("The workshop is planned. Now make a pack for it.")
        return redirect(url_for("workshops.workshop", workshop_id=made.id), 303)
    page = web.render(
        "workshops/new_workshop.html", form=form, errors=form.errors, purposes=rules.PURPOSES
    )
    return (page, 422) if form.errors else page


@bp.get("/workshops/<int:workshop_id>")
@open_to(Role.FACILITATOR)
def workshop(workshop_id: int) -> str:
    """One workshop and its packs."""
    session = web.session()
    found = service.workshop(session, workshop_id)
    return web.render(
        "workshops/workshop.html",
        workshop=found,
        purpose=Purpose(found.use),
        packs=service.packs_of(session, workshop_id),
    )


@bp.route("/workshops/<int:workshop_id>/packs/new", methods=["GET", "POST"])
@open_to(Role.FACILITATOR)
def new_pack(workshop_id: int) -> str | Response | tuple[str, int]:
    """Make an empty pack."""
    session = web.session()
    meeting = service.workshop(session, workshop_id)
    form = PackForm.sent(request.form) if request.method == "POST" else PackForm.for_(meeting)
    if request.method == "POST" and form.ok:
        use = Use.claim(current_actor(), Purpose(meeting.use), now())
        pack = service.new_pack(
            session, use, workshop_id, title=form.title, use_until=form.last_day
        )
        web.say("The pack is ready. Draw passages into it.")
        return redirect(url_for("workshops.draw", purpose=meeting.use, pack_id=pack.id), 303)
    page = web.render("workshops/new_pack.html", workshop=meeting, form=form, errors=form.errors)
    return (page, 422) if form.errors else page


@bp.get("/packs/<purpose>/<int:pack_id>")
@for_a_room
def pack(use: Use, purpose: str, pack_id: int) -> str:
    """A pack as it may be shown now."""
    view = service.view(web.session(), use, pack_id)
    return web.render(
        "workshops/pack.html", use=use, view=view, today=now().date(), hidden=_said(view.hidden),
        minutes=_minutes(view),
    )  # fmt: skip


@bp.get("/packs/<purpose>/<int:pack_id>/draw")
@for_a_room
def draw(use: Use, purpose: str, pack_id: int) -> str:
    """Choose a theme, and passages on it."""
    session = web.session()
    found, meeting, use = service.pack_for(session, use, pack_id)
    theme = drawing.theme(session, code=request.args.get("code"), family=request.args.get("family"))
    page = request.args.get("page", 1, type=int)
    drawable = drawing.candidates(session, use, pack_id, theme, page) if theme else None
    return web.render(
        "workshops/draw.html", use=use, pack=found, workshop=meeting, drawable=drawable,
        families=codebook.families(session), page=page, theme=theme,
        asked={key: request.args[key] for key in ("code", "family") if request.args.get(key)},
        hidden=_said(drawable.hidden) if drawable else [],
    )  # fmt: skip


@bp.post("/packs/<purpose>/<int:pack_id>/draw")
@for_a_room
def put_in(use: Use, purpose: str, pack_id: int) -> Response:
    """Put the ticked passages into the pack."""
    places = [_place_sent(word) for word in request.form.getlist("place")]
    if not places:
        raise BadInput("Tick at least one passage, then add it to the pack.")
    code_id = request.form.get("code_id", type=int)
    count = service.draw(web.session(), use, pack_id, places, code_id)
    web.say(
        f"{count} put into the pack." if count else "These are in the pack, or may not be used."
    )
    return redirect(url_for("workshops.pack", purpose=purpose, pack_id=pack_id), 303)


@bp.post("/packs/<purpose>/<int:pack_id>/cards/<int:item_id>/move")
@for_a_room
def move(use: Use, purpose: str, pack_id: int, item_id: int) -> Response:
    """Move a card up or down."""
    service.move(web.session(), use, pack_id, item_id, up=request.form.get("way") == "up")
    return redirect(
        url_for("workshops.pack", purpose=purpose, pack_id=pack_id, _anchor=f"card-{item_id}"), 303
    )


@bp.post("/packs/<purpose>/<int:pack_id>/cards/<int:item_id>/take-out")
@for_a_room
def take_out(use: Use, purpose: str, pack_id: int, item_id: int) -> Response:
    """Take a card out; it can be put back at the end of the pack."""
    place = service.take_out(web.session(), use, pack_id, item_id)
    web.say(
        "Taken out of the pack.",
        undo=url_for("workshops.put_in", purpose=purpose, pack_id=pack_id),
        fields={"place": f"{place.story_id}-{place.version}-{place.start}-{place.end}"},
        label="Put it back",
    )
    return redirect(url_for("workshops.pack", purpose=purpose, pack_id=pack_id), 303)


@bp.post("/packs/<purpose>/<int:pack_id>/print")
@for_a_room
def print_pack(use: Use, purpose: str, pack_id: int) -> Response:
    """Write the print down, then show the cards."""
    copies = request.form.get("copies", type=int)
    printing.record_print(web.session(), use, pack_id, copies or 0)
    return redirect(
        url_for("workshops.cards", purpose=purpose, pack_id=pack_id, copies=copies), 303
    )


@bp.get("/packs/<purpose>/<int:pack_id>/cards")
@for_a_room
def cards(use: Use, purpose: str, pack_id: int) -> str:
    """The cards, laid out for printing; the gate is asked once more."""
    view = service.view(web.session(), use, pack_id)
    problem = None
    try:
        printing.check_printable(view)
    except StorybankError as trouble:
        problem = trouble.sentence
    return web.render(
        "workshops/cards.html", use=use, view=view, problem=problem,
        sheets=[] if problem else printing.sheets(view.cards), hidden=_said(view.hidden),
        copies=request.args.get("copies", type=int),
    )  # fmt: skip


def _place_sent(word: str) -> Place:
    try:
        story_id, version, start, end = (int(part) for part in word.split("-"))
    except ValueError as problem:
        raise BadInput("Go back and tick the passages again.") from problem
    return Place(story_id, version, start, end)


def _said(hidden: dict[Reason, int]) -> list[tuple[int, str]]:
    return [(count, reason.sentence) for reason, count in sorted(hidden.items())]


def _minutes(view: service.PackView) -> int:
    words = sum(len(card.excerpt.words.split()) for card in view.cards)
    return max(1, round(words / drawing.WORDS_A_MINUTE)) if words else 0
