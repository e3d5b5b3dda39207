"""Says how likely codes apply to some passages: by what was learnt, in whichever process has it.

Run as a program: {"folder", "texts"} as JSON on standard input, and on standard output a list of
rows, one number for each code. It prints nothing else, so no words can reach a log.
"""

import json
import sys
from pathlib import Path


def answer(folder: Path, texts: list[str]) -> list[list[float]]:
    """Nothing where the model is gone or cannot be used."""
    from storybank.learning import keeping
    from storybank.learning.resources import vectors

    try:
        rows: list[list[float]] = keeping.load(folder, vectors()).chances(texts).tolist()
    except (OSError, keeping.Unusable):
        return []
    return rows


def main() -> None:
    asked = json.load(sys.stdin)
    json.dump(answer(Path(asked["folder"]), asked["texts"]), sys.stdout)


if __name__ == "__main__":
    # Run by its path and in isolation, so it finds the house by where it stands itself.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
