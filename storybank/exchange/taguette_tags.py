"""Taguette's tags as codes: it knows a tag by its path alone, and so do its exports."""

from __future__ import annotations

import uuid

from storybank.exchange.came import MAX_NAME, Came, CodeIn
from storybank.stories.canon import normalise, one_line

NAMESPACE = uuid.UUID("51b2b2b7-27eb-4ecb-9d56-e75b0a0496c2")
"""The one Taguette derives its GUIDs from, so that a tag is the same code in all its exports."""


def guid(path: str) -> str:
    """The GUID Taguette gives a tag."""
    return str(uuid.uuid5(NAMESPACE, path))


class Tags:
    """Adds tags to what came; a tag "a.b" stands under "a" where that is a tag too."""

    def __init__(self, came: Came) -> None:
        self._came = came
        self._there: dict[str, str] = {}

    def add(self, path: str, description: str) -> str | None:
        """The GUID of the code for a tag; None for one without a name. One path is one code."""
        name = one_line(path)
        if not name:
            return None
        if name not in self._there:
            if len(name) > MAX_NAME:
                self._came.lose("name cut", f"code {len(self._came.codes) + 1}")
            number = guid(path)
            self._there[name] = number
            said = normalise(description)[0].strip()
            self._came.codes.append(CodeIn(number, name[:MAX_NAME], definition=said))
        return self._there[name]
