"""Who speaks: short names at the start of paragraphs, as interviews are written down. Pure.

Only how a story is drawn depends on it: no letter of the text changes, and nothing is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from storybank.stories.canon import Block
from storybank.stories.rules import MASK

SEEN = 2
"""How often a name must begin a paragraph to be taken for one."""
LONGEST = 30
_LABEL = re.compile(rf"([^\W\d_][^:\n{MASK}]{{0,{LONGEST - 1}}}):(?=\s)")
_MOST_WORDS = 4


def speakers(text: str, blocks: Sequence[Block]) -> dict[int, int]:
    """{position of a block: where the label it begins with ends, after the colon}."""
    labels = {}
    for position, block in enumerate(blocks):
        found = _LABEL.match(text, block.start, block.end) if block.kind != "h" else None
        if found and len(found[1].split()) <= _MOST_WORDS:
            labels[position] = found
    counts = Counter(found[1].casefold() for found in labels.values())
    return {
        position: found.end()
        for position, found in labels.items()
        if counts[found[1].casefold()] >= SEEN
    }
