"""A zip file that is made while it is sent."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from datetime import datetime

from storybank.rights.zipping import WRITTEN_AT_ONCE, zipped

AT = datetime(2026, 11, 22, 9)


def texts(count: int, length: int):
    """Texts that hardly shrink, so that what is sent is as large as what is held."""
    chance = random.Random(7)
    for number in range(count):
        yield (
            f"part-{number}.txt",
            "".join(chance.choices("abcdefghijklmnop\u00e9\u4e2d", k=length)),
        )


def test_what_comes_out_is_what_went_in():
    made = dict(texts(5, 150_000)) | {"folder/empty.txt": "", "folder/one.txt": "\U0001f9d1 Ana"}
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(made.items(), AT)))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == made
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 22, 9, 0, 0)}


def test_the_first_bytes_travel_before_the_last_text_is_made():
    made = []

    def slowly():
        for name, text in texts(3, 200_000):
            made.append(name)
            yield name, text

    pieces = (piece for piece in zipped(slowly(), AT) if piece)
    next(pieces)
    assert made == ["part-0.txt"]


def test_memory_does_not_grow_with_what_is_sent():
    def peak(count: int) -> int:
        tracemalloc.start()
        for piece in zipped(texts(count, 100_000), AT):
            assert len(piece) < 4 * WRITTEN_AT_ONCE
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(1)
    assert peak(20) < peak(2) * 1.5


def test_who_stops_in_the_middle_holds_no_whole_file():
    pieces = zipped(texts(3, 200_000), AT)
    half = next(piece for piece in pieces if piece)
    pieces.close()
    assert not zipfile.is_zipfile(io.BytesIO(half))
