"""What takes long and comes out the same each time is made once in a process that tests.

A house opens its application once and serves for weeks. Tests open thousands: making addresses
from 520 rules took a fifth of all their time, and reading the rules of words for spaCy came next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

from storybank.suggest.working import Worker


def begin() -> None:
    _make_addresses_once()
    _read_cue_phrases_once()


def _make_addresses_once() -> None:
    compiled: dict[tuple[Any, ...], Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def known(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, rule.subdomain, rule.host, append_unknown, repr(rule.defaults))
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = known  # type: ignore[method-assign]


def _read_cue_phrases_once() -> None:
    """A suggester that learnt nothing keeps nothing between two texts."""
    made: dict[Any, Any] = {}
    make = Worker._make

    def known(worker: Worker, cues: Any, name: str, model_id: int | None) -> Any:
        if model_id is not None:
            return make(worker, cues, name, model_id)
        if (cues, name) not in made:
            made.clear()
            made[cues, name] = make(worker, cues, name, None)
        return made[cues, name]

    Worker._make = known  # type: ignore[method-assign]
