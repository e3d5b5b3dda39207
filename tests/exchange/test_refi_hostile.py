"""Projects made to do harm, or broken: each is refused with one sentence, in little time."""

from __future__ import annotations

import io
import stat
import time
import zipfile

import pytest
from exchange.projects import PEER, guid, packed, project, selection, source

from storybank.errors import BadInput
from storybank.exchange import apart, apart_child, qdpx_zip, refi_xml

GOOD = project(source("A few words.", selection(2, 5, PEER)))
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><Project xmlns="urn:QDA-XML:project:1.0" name="&j;"/>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE p SYSTEM "file:///etc/passwd">'
    '<Project xmlns="urn:QDA-XML:project:1.0" name="x"/>'
)


def with_part(name: str, content: bytes = b"x", **changed) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", GOOD)
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        for key, value in changed.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed(GOOD))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def refused(data: bytes, kind: str = "qdpx") -> str:
    answer = apart_child.read(kind, data)
    assert "came" not in answer, "it was taken"
    return answer["refused"]


def nested(depth: int) -> str:
    opened = "".join(f'<Code guid="{guid(n)}" name="c{n}" isCodable="true">' for n in range(depth))
    return project(codes=opened + "</Code>" * depth)


REFUSED = {
    "out of the folder": (with_part("../../etc/cron.d/x"), qdpx_zip.LEADS_OUT),
    "out by a backslash": (with_part("sources\\..\\..\\x"), qdpx_zip.LEADS_OUT),
    "from the root": (with_part("/etc/passwd"), qdpx_zip.LEADS_OUT),
    "from a drive": (with_part("C:/x"), qdpx_zip.LEADS_OUT),
    "a symbolic link": (
        with_part("sources/a.txt", external_attr=(stat.S_IFLNK | 0o777) << 16), qdpx_zip.LEADS_OUT
    ),
    "a device": (
        with_part("sources/a.txt", external_attr=(stat.S_IFCHR | 0o777) << 16), qdpx_zip.LEADS_OUT
    ),
    "a password": (encrypted(), qdpx_zip.PASSWORD),
    "no zip": (b"PK\3\4 and nothing", qdpx_zip.NOT_ZIP),
    "cut off": (packed(GOOD)[:200], qdpx_zip.NOT_ZIP),
    "no project": (packed(GOOD, name="other.xml"), qdpx_zip.NO_PROJECT),
    "two projects": (packed(GOOD, {"b.qde": GOOD.encode()}), qdpx_zip.NO_PROJECT),
    "billion laughs": (packed(LAUGHS), refi_xml.DTD),
    "an outside entity": (packed(OUTSIDE), refi_xml.DTD),
    "no XML": (packed("hello"), refi_xml.NOT_XML),
    "cut XML": (packed(GOOD[:-30]), refi_xml.NOT_XML),
    "not UTF-8": (packed(GOOD.encode().replace(b"Ana", b"\xff\xfeA")), refi_xml.NOT_XML),
    "another root": (packed("<html/>"), refi_xml.WRONG_ROOT),
    "another name space": (packed(GOOD.replace("QDA-XML", "X")), refi_xml.WRONG_ROOT),
    "codes too deep": (packed(nested(60)), refi_xml.TOO_DEEP),
    "a GUID twice": (
        packed(project(codes=f'<Code guid="{PEER}" name="a" isCodable="true"/>' * 2)),
        refi_xml.SAME_GUID,
    ),
}  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize("name", REFUSED)
    def test_with_one_sentence(self, name):
        data, sentence = REFUSED[name]
        begun = time.process_time()
        assert refused(data) == sentence
        assert time.process_time() - begun < 2
        assert sentence.endswith(".") and sentence.count(".") <= 4

    def test_a_bomb_is_not_unpacked(self):
        bomb = packed(project(f'<TextSource guid="{guid(1)}" plainTextPath="internal://a.txt"/>'),
                      {"sources/a.txt": b"a" * 40_000_000})  # fmt: skip
        assert len(bomb) < 100_000
        assert refused(bomb) == qdpx_zip.TOO_BIG

    def test_a_bomb_nobody_asks_for_is_left_alone(self):
        data = packed(GOOD, {"sources/film.mp4": b"\0" * 40_000_000})
        assert apart_child.read("qdpx", data)["came"]["counts"]["sources"] == 1

    def test_too_many_parts(self, monkeypatch):
        monkeypatch.setattr(qdpx_zip, "MAX_PARTS", 3)
        data = packed(GOOD, {f"sources/{n}.txt": b"x" for n in range(9)})
        assert refused(data) == qdpx_zip.TOO_MANY

    def test_the_child_that_takes_too_long_or_too_much_is_given_up(self, monkeypatch):
        monkeypatch.setattr(apart, "SECONDS", 0.01)
        with pytest.raises(BadInput) as told:
            apart.read(packed(GOOD))
        assert told.value.sentence == apart.TOO_HARD

    def test_what_is_no_file_of_any_program(self):
        for data in (b"", b"hello", b"\x89PNG", b"%PDF-1.7"):
            with pytest.raises(BadInput):
                apart.kind_of(data)
        with pytest.raises(BadInput):
            apart.read(b"<html><body>No</body></html>")


class TestNamed:
    """What is wrong in parts comes in without those parts, and the report says so."""

    def losses(self, *sources: str, **more) -> dict[str, int]:
        answer = apart_child.read("qdpx", packed(project("".join(sources), **more)))
        return {loss["kind"]: loss["count"] for loss in answer["came"]["losses"]}

    def test_numbers_that_are_none(self):
        bad = "".join(
            f'<PlainTextSelection guid="{guid(n)}" startPosition="{start}" endPosition="{end}">'
            f'<Coding guid="{guid("c", n)}"><CodeRef targetGUID="{PEER}"/></Coding>'
            "</PlainTextSelection>"
            for n, (start, end) in enumerate(
                (("-4", "2"), ("9" * 5000, "9" * 5001), ("x", ""), ("5", "2"), ("0", "999"))
            )
        )
        assert self.losses(source("A few words.", bad)) == {"place outside": 5}

    def test_guids_used_twice_or_missing(self):
        inside = selection(2, 5, PEER) * 2 + selection(6, 11, guid("nobody knows"))
        assert self.losses(source("A few words.", inside), source("Others.")) == {
            "coding without guid": 1, "coding without code": 1, "source without guid": 1,
        }  # fmt: skip

    def test_paths_out_of_the_file_open_nothing(self):
        paths = ("file:///etc/passwd", "../../../etc/passwd", "C:\\x.txt", "https://example.org/a")
        sources = [
            f'<TextSource guid="{guid(n)}" plainTextPath="{path}"/>' for n, path in enumerate(paths)
        ]
        assert self.losses(*sources) == {"no words": 4}

    def test_notes_that_answer_each_other_in_a_ring(self, a):
        from exchange.projects import taken

        from storybank.people.rules import Role

        one, two = guid("n1"), guid("n2")
        notes = "".join(
            f'<Note guid="{mine}" name="N"><PlainTextContent>B</PlainTextContent>'
            f'<NoteRef targetGUID="{other}"/></Note>'
            for mine, other in ((one, two), (two, one))
        )
        data = packed(project(source("A few words."), notes=notes))
        arrival = taken(a, a.actor(Role.STEWARD), data)
        assert arrival.report["losses"] == [["note without place", 2, []]]

    def test_a_thousand_users_of_no_name(self):
        users = "".join(f'<User guid="{guid(n)}"/>' for n in range(1000))
        answer = apart_child.read("qdpx", packed(project(users=users)))
        assert len({user["name"] for user in answer["came"]["users"]}) == 1000
