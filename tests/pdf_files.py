"""PDF files read back, as another program would."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import pypdf


@dataclass(frozen=True)
class Read:
    """What a PDF file says, to eyes and to readers."""

    pages: list[str]
    """The words of each page, with broken lines joined."""
    title: str
    language: str
    marked: bool
    metadata: str
    tags: list[str]
    """Kinds of structure in reading order: Document, H1, P, BlockQuote..."""
    alts: list[str]
    """Words for pictures, in reading order."""

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    @property
    def everything(self) -> str:
        return "\n".join([self.text, self.title, self.metadata, *self.alts])


def read(data: bytes) -> Read:
    """Raises what pypdf raises for a file that is broken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = pypdf.PdfReader(io.BytesIO(data))
        root = file.trailer["/Root"]
        xmp = file.xmp_metadata
        known = [f"{name} {value}" for name, value in (file.metadata or {}).items()]
        tags: list[str] = []
        alts: list[str] = []
        _walk(root.get("/StructTreeRoot", {}).get("/K"), tags, alts)
        return Read(
            pages=[" ".join(page.extract_text().split()) for page in file.pages],
            title=str((file.metadata or {}).get("/Title", "")),
            language=str(root.get("/Lang", "")),
            marked=str(root.get("/MarkInfo", {}).get("/Marked")) in ("True", "true"),
            metadata="\n".join([*known, xmp.rdf_root.toxml() if xmp else ""]),
            tags=tags, alts=alts,
        )  # fmt: skip


def _walk(thing, tags: list[str], alts: list[str]) -> None:
    if thing is None:
        return
    thing = thing.get_object()
    if isinstance(thing, list):
        for one in thing:
            _walk(one, tags, alts)
    elif isinstance(thing, dict) and "/S" in thing:
        tags.append(str(thing["/S"]).removeprefix("/"))
        if "/Alt" in thing:
            alts.append(str(thing["/Alt"]))
        _walk(thing.get("/K"), tags, alts)
