"""A file of named arrays of numbers, mapped into memory: opening it reads one page.

Nothing in it can run code: a line of JSON says where each array lies, of what kind and how long.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_MAGIC = b"SBARRAY1"
_HEAD = struct.Struct("<8sIQ")
"""Magic, length of the JSON, length of the whole file."""
_STEP = 64


class Broken(Exception):
    """The file is not one of ours, or is not whole."""


def save(path: Path, arrays: Mapping[str, Array], said: Mapping[str, Any]) -> None:
    """Write the arrays, and ``said``, which is plain JSON."""
    table: dict[str, tuple[str, int, int]] = {}
    at = 0
    for name, array in arrays.items():
        table[name] = (array.dtype.str, at, len(array))
        at += -(-array.nbytes // _STEP) * _STEP
    head = json.dumps({"arrays": table, "said": dict(said)}).encode()
    body = -(-(_HEAD.size + len(head)) // _STEP) * _STEP
    with open(path, "wb") as file:
        file.write(_HEAD.pack(_MAGIC, len(head), body + at))
        file.write(head.ljust(body - _HEAD.size))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(bytes(-array.nbytes % _STEP))


def load(path: Path) -> tuple[dict[str, Array], Any]:
    """The arrays and what was said, the arrays to be read only.

    Raises Broken where the file is not whole; OSError where there is none.
    """
    with open(path, "rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            magic, length, whole = _HEAD.unpack_from(mapped)
            if magic != _MAGIC or whole != len(mapped):
                raise Broken
            head = json.loads(mapped[_HEAD.size : _HEAD.size + length])
            body = -(-(_HEAD.size + length) // _STEP) * _STEP
            arrays = {
                name: np.frombuffer(mapped, kind, many, body + at)
                for name, (kind, at, many) in head["arrays"].items()
            }
        except (ValueError, KeyError, TypeError, struct.error):
            raise Broken from None
    return arrays, head["said"]


def small(numbers: Array) -> Array:
    """The same numbers, none below 0, in the smallest kind that holds them."""
    most = int(numbers.max(initial=0))
    kinds = (np.uint8, np.uint16, np.uint32, np.int64)
    return numbers.astype(next(kind for kind in kinds if most <= np.iinfo(kind).max))
