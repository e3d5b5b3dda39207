"""Pages of files in and out. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.exchange.views_files import files
from storybank.exchange.views_out import codebook, codings, codings_csv, memos
from storybank.exchange.views_projects import (
    arrival,
    bring_in,
    drop_story,
    project,
    refi_codebook,
    send_project,
    undo_arrival,
)

bp = Blueprint(
    "exchange",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/exchange/static",
)

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
ARRIVAL = f"/arrivals/<{NUMBER}:arrival_id>"
FORM = "<any(csv, xlsx, docx, html, json):form>"

bp.get("/files", defaults={"purpose": "study"})(files)
bp.get("/files/<purpose>")(files)
bp.get(f"/files/<purpose>/codings.{FORM}")(codings)
bp.get(f"/files/<purpose>/memos.{FORM}")(memos)
bp.get(f"/files/codebook.{FORM}")(codebook)
bp.get("/codings.csv")(codings_csv)

bp.get("/files/<purpose>/project.qdpx")(project)
bp.get("/files/codebook.qdc")(refi_codebook)
bp.get("/bring-in")(bring_in)
bp.post("/bring-in")(send_project)
bp.get(ARRIVAL)(arrival)
bp.post(f"{ARRIVAL}/undo")(undo_arrival)
bp.post(f"{ARRIVAL}/stories/<{NUMBER}:story_id>/drop")(drop_story)
