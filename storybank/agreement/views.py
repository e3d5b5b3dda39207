"""Pages of coding together. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.agreement.views_compare import compare
from storybank.agreement.views_decisions import decide, decisions, decisions_csv, differences
from storybank.agreement.views_figures import figures, figures_csv
from storybank.agreement.views_rounds import close, finish, mine, new, reopen, round_, rounds

bp = Blueprint(
    "agreement",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/agreement/static",
)

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
AT = "/coding-together"

bp.get(AT)(rounds)
bp.route(f"{AT}/new", methods=["GET", "POST"])(new)
bp.get(f"{AT}/rounds/<{NUMBER}:round_id>")(round_)
bp.post(f"{AT}/rounds/<{NUMBER}:round_id>/close")(close)
bp.get(f"{AT}/mine")(mine)
bp.post(f"{AT}/finish")(finish)
bp.post(f"{AT}/reopen")(reopen)
bp.get(f"{AT}/agreement")(figures)
bp.get(f"{AT}/agreement.csv")(figures_csv)
bp.get(f"{AT}/stories/<{NUMBER}:story_id>")(compare)
bp.get(f"{AT}/differences")(differences)
bp.post(f"{AT}/decide")(decide)
bp.get(f"{AT}/decisions")(decisions)
bp.get(f"{AT}/decisions.csv")(decisions_csv)
