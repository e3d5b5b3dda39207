"""Pages to print from. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from storybank.paper.views_card import card
from storybank.paper.views_making import make, make_it, old_cards, practice
from storybank.paper.views_runs import collected, count, file, run

bp = Blueprint(
    "paper", __name__, template_folder="templates", static_folder="static",
    static_url_path="/paper/static",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
PACK = f"/packs/<purpose>/<{NUMBER}:pack_id>"
RUN = f"{PACK}/paper/<{NUMBER}:run_id>"

bp.get(f"{PACK}/paper")(make)
bp.post(f"{PACK}/paper")(make_it)
bp.get(f"{PACK}/paper/practice/<shape>/<file>")(practice)
bp.get(RUN)(run)
bp.get(f"{RUN}/<file>")(file)
bp.post(f"{RUN}/back")(count)
bp.post(f"{RUN}/cards/<{NUMBER}:card_id>/back")(collected)
bp.get(f"{PACK}/cards")(old_cards)
bp.get("/card/<letters>")(card)


@bp.app_context_processor
def _seam() -> dict[str, Any]:
    """For pages of packs, which stand on a lower floor: what must come back of a pack."""
    from storybank import web
    from storybank.paper.collecting import to_collect

    return {"to_collect": lambda use, pack_id: to_collect(web.session(), use, pack_id)}
