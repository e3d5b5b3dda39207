"""Projects of other programs, made for tests; and what a project file holds, read from its XML."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from storybank.exchange import apart_child, arrivals, qdpx_out
from storybank.exchange.came import Came

NS = "{urn:QDA-XML:project:1.0}"


def guid(*of: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, repr(of)))


def packed(xml: str | bytes, files: dict[str, bytes] | None = None, name="project.qde") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
        for path, content in (files or {}).items():
            archive.writestr(path, content)
    return out.getvalue()


def selection(start: int, end: int, code: str, user: str = "", n: int = 0, **more: str) -> str:
    """A selection with one coding, as NVivo writes them."""
    who = f" creatingUser={quoteattr(user)}" if user else ""
    name = f" name={quoteattr(more['name'])}" if "name" in more else ""
    return (
        f'<PlainTextSelection guid="{guid("s", start, end, code, n)}"{name} '
        f'startPosition="{start}" endPosition="{end}">{more.get("inside", "")}'
        f'<Coding guid="{guid("c", start, end, code, n)}"{who} '
        f'creationDateTime="2026-03-01T10:00:00Z"><CodeRef targetGUID="{code}"/></Coding>'
        f"</PlainTextSelection>"
    )


PEER, TOKEN, ANA = guid("peer"), guid("token"), guid("ana")


def project(
    sources: str = "", *, codes: str = "", notes: str = "", rest: str = "", origin="NVivo 14",
    users: str = "", before: str = "",
) -> str:  # fmt: skip
    codes = codes or (
        f'<Code guid="{PEER}" name="Peers at hand" isCodable="true" color="#1d6442">'
        "<Description>Somebody who has been there.</Description></Code>"
        f'<Code guid="{{{TOKEN.upper()}}}" name="For show" isCodable="true"/>'
    )
    users = users or f'<User guid="{ANA}" name="Ana B."/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin={quoteattr(origin)}>'
        f"<Users>{users}</Users><CodeBook><Codes>{codes}</Codes></CodeBook>{before}"
        f"{f'<Sources>{sources}</Sources>' if sources else ''}"
        f"{f'<Notes>{notes}</Notes>' if notes else ''}{rest}</Project>"
    )


def source(text: str, inside: str = "", n: int = 1, name: str = "One", more: str = "") -> str:
    """A source with its words in the XML. The parser makes one LF of each CRLF in it."""
    return (
        f'<TextSource guid="{guid("source", n)}" name={quoteattr(name)}{more}>'
        f"<PlainTextContent>{escape(text)}</PlainTextContent>{inside}</TextSource>"
    )


def filed(path: str, inside: str = "", n: int = 1) -> str:
    """A source whose words lie in a file of the zip."""
    return (
        f'<TextSource guid="{guid("source", n)}" name="One" plainTextPath={quoteattr(path)}>'
        f"{inside}</TextSource>"
    )


def came(kind: str, data: bytes) -> Came:
    """What came in a file, read here: the child of the house does the same apart."""
    answer = apart_child.read(kind, data)
    assert "came" in answer, answer
    return Came.from_json(answer["came"])


def taken(a, by, data: bytes, kind: str = "qdpx", **more):
    digest = hashlib.sha256(data).hexdigest()
    return arrivals.take(a.session, by, came(kind, data), digest, **more)


def brought_in(a, by) -> int:
    """An arrival with a held story, a code, a memo and some losses; its number."""
    inside = selection(2, 5, PEER, ANA) + selection(900, 901, PEER, ANA, 2)
    notes = f'<Note guid="{guid("n")}" name="N"><PlainTextContent>First.</PlainTextContent></Note>'
    xml = project(source("A few words that wait.", inside), notes=notes)
    return taken(a, by, packed(xml)).id


def leaving(a, use, only_coded: bool = False) -> bytes:
    story_ids = qdpx_out.wanted(a.session, use, only_coded)
    made = qdpx_out.make(a.session, use, story_ids)
    return b"".join(qdpx_out.packed(a.session, use, made))


def root_of(data: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read("project.qde"))


def content_of(data: bytes) -> dict[str, list]:
    """Everything in one of our projects that another house should give back."""
    root = root_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("sources/")
        }
    found: dict[str, list] = {key: [] for key in ("users", "codes", "sources", "places", "codings",
                                                  "notes", "refs", "facts")}  # fmt: skip
    found["users"] = [(u.get("guid"), u.get("name")) for u in root.iter(f"{NS}User")]
    parents = {child: above for above in root.iter() for child in above}
    names = {v.get("guid"): v.get("name") for v in root.iter(f"{NS}Variable")}
    for code in root.iter(f"{NS}Code"):
        found["codes"].append(
            (code.get("guid"), code.get("name"), code.get("isCodable"), code.get("color"),
             code.findtext(f"{NS}Description"), parents[code].get("guid"))
        )  # fmt: skip
    for one in root.iter(f"{NS}TextSource"):
        text = texts[f"sources/{one.get('guid')}.txt"]
        found["sources"].append((one.get("guid"), one.get("name"), text))
        for place in one.iter(f"{NS}PlainTextSelection"):
            start, end = int(place.get("startPosition")), int(place.get("endPosition"))
            found["places"].append((one.get("guid"), place.get("guid"), start, end))
            assert text[start:end] == text[start:end].strip() != ""
            for coding in place.iter(f"{NS}Coding"):
                found["codings"].append(
                    (coding.get("guid"), coding.get("creatingUser"),
                     coding.get("creationDateTime"), coding[0].get("targetGUID"),
                     place.get("guid"))
                )  # fmt: skip
    for note in root.iter(f"{NS}Note"):
        found["notes"].append((*note.attrib.items(), note.findtext(f"{NS}PlainTextContent")))
    for ref in root.iter(f"{NS}NoteRef"):
        found["refs"].append((ref.get("targetGUID"), parents[ref].get("guid")))
    for case in root.iter(f"{NS}Case"):
        for value in case.iter(f"{NS}VariableValue"):
            found["facts"].append(
                (case.find(f"{NS}SourceRef").get("targetGUID"), names[value[0].get("targetGUID")],
                 value[1].text)
            )  # fmt: skip
    return {key: sorted(rows, key=repr) for key, rows in found.items()}
