"""Files read back by other people's programs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import docx
import openpyxl
from bs4 import BeautifulSoup

from storybank.exchange import csv_rows, document, page, pieces, sheets, web_annotations, workbook
from storybank.exchange.choosing import Choice
from storybank.exchange.outgoing import choose


class Files:
    """Every form of the codings that a use lets out now."""

    def __init__(self, session, use, choice: Choice | None = None) -> None:
        self.session, self.use = session, use
        self.chosen = choose(session, use, choice or Choice())

    def csv(self) -> list[dict[str, str]]:
        text = "".join(csv_rows.lines(sheets.codings(self.session, self.chosen)))
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def xlsx(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.xlsx_bytes()))

    def xlsx_bytes(self) -> bytes:
        made = sheets.codings(self.session, self.chosen)
        return b"".join(workbook.workbook([made], self.use.at, "Codings"))

    def docx(self) -> docx.document.Document:
        return docx.Document(io.BytesIO(self.docx_bytes()))

    def docx_bytes(self) -> bytes:
        return b"".join(document.document(pieces.codings(self.session, self.chosen), self.use.at))

    def html(self) -> BeautifulSoup:
        text = "".join(page.page(pieces.codings(self.session, self.chosen)))
        return BeautifulSoup(text, "html.parser")

    def json(self) -> dict[str, Any]:
        base = "https://stories.example.org/"
        return json.loads("".join(web_annotations.collection(self.session, self.chosen, base)))

    def words(self) -> dict[str, list[str]]:
        """The words of each coding, in order, as each form has them."""
        rows = list(self.xlsx()["Codings"].values)
        at = rows[0].index("words")
        return {
            "csv": [row["words"] for row in self.csv()],
            "xlsx": [row[at] for row in rows[1:]],
            "docx": [one.text for one in self.docx().paragraphs if one.style.name == "Passage"],
            "html": [one.text for one in self.html().find_all("blockquote")],
            "json": [
                one["target"]["selector"][1]["exact"] for one in self.json()["first"]["items"]
            ],
        }

    def about(self) -> dict[str, str]:
        """What each form says of itself."""
        there = [*self.csv(), {}][0].get("about_this_file", "")
        return {
            "csv": there,
            "xlsx": " ".join(str(row[0]) for row in self.xlsx()["About this file"].values),
            "docx": " ".join(
                one.text for one in self.docx().paragraphs if one.style.name == "Normal"
            ),
            "html": self.html().find("section").text,
            "json": " ".join(self.json()["sb:about"]),
        }


def part(content: bytes, path: str) -> str:
    """One file within a zip, as it was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.read(path).decode()
