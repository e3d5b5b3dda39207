"""Pages of workshops. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.workshops.views_asks import ask, asks, call_off
from storybank.workshops.views_cards import (
    ask_shorter,
    balance,
    card,
    cut,
    freeze,
    frozen,
    swap,
    whole_again,
    write_note,
)
from storybank.workshops.views_finding import add, find, put_found
from storybank.workshops.views_packs import draw, move, pack, put_back, put_in, take_out
from storybank.workshops.views_plan import check, close, open_it, plan, practise, throw_away
from storybank.workshops.views_workshops import (
    audience,
    new_pack,
    new_workshop,
    workshop,
    workshops,
)

bp = Blueprint(
    "workshops", __name__, template_folder="templates", static_folder="static",
    static_url_path="/workshops/static",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
ONE = f"/workshops/<{NUMBER}:workshop_id>"
ASKS = f"/asks/<purpose>/<{NUMBER}:workshop_id>"
PACK = f"/packs/<purpose>/<{NUMBER}:pack_id>"
CARD = f"{PACK}/card/<{NUMBER}:item_id>"

bp.get("/workshops")(workshops)
bp.route("/workshops/new", methods=["GET", "POST"])(new_workshop)
bp.get(ONE)(workshop)
bp.route(f"{ONE}/audience", methods=["GET", "POST"])(audience)
bp.route(f"{ONE}/plan", methods=["GET", "POST"])(plan)
bp.route(f"{ONE}/check", methods=["GET", "POST"])(check)
bp.post(f"{ONE}/open")(open_it)
bp.route(f"{ONE}/close", methods=["GET", "POST"])(close)
bp.post(f"{ONE}/practise")(practise)
bp.route(f"{ONE}/throw-away", methods=["GET", "POST"])(throw_away)
bp.route(f"{ONE}/packs/new", methods=["GET", "POST"])(new_pack)
bp.get(PACK)(pack)
bp.get(f"{PACK}/draw")(draw)
bp.post(f"{PACK}/draw")(put_in)
bp.get(f"{PACK}/find")(find)
bp.post(f"{PACK}/find")(put_found)
bp.route("/packs/<purpose>/add/<place>", methods=["GET", "POST"])(add)
bp.post(f"{PACK}/ask")(ask)
bp.post(f"{PACK}/move")(move)
bp.post(f"{PACK}/take-out")(take_out)
bp.post(f"{PACK}/put-back")(put_back)
bp.get(CARD)(card)
bp.post(f"{CARD}/note")(write_note)
bp.post(f"{CARD}/cut")(cut)
bp.post(f"{CARD}/ask")(ask_shorter)
bp.route(f"{CARD}/swap", methods=["GET", "POST"])(swap)
bp.post(f"{PACK}/whole")(whole_again)
bp.get(f"{PACK}/balance")(balance)
bp.post(f"{PACK}/freeze")(freeze)
bp.get(f"{PACK}/frozen")(frozen)
bp.get(ASKS)(asks)
bp.post(f"{ASKS}/<{NUMBER}:ask_id>/call-off")(call_off)
