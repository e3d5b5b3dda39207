"""What takes long and comes out the same each time is made once in a process that tests.

A house opens its application once and serves for weeks. Tests open thousands: making addresses
from 520 rules took a fifth of all their time, and reading the rules of words for spaCy came next.
"""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule

from storybank.suggest.working import Worker

MADE = ("_parts", "_trace", "_converters", "arguments")
"""What werkzeug works out of a rule's text, and nobody changes after."""


def begin() -> None:
    _make_addresses_once()
    _read_cue_phrases_once()


def _make_addresses_once() -> None:
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    compile_rule = Rule.compile

    def compiled(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        if key not in known:
            compile_rule(rule)
            builders = rule._build.__func__, rule._build_unknown.__func__
            known[key] = (*(getattr(rule, name) for name in MADE), *builders)
        *made, build, unknown = known[key]
        for name, one in zip(MADE, made, strict=True):
            setattr(rule, name, one)
        rule._build, rule._build_unknown = build.__get__(rule), unknown.__get__(rule)

    Rule.compile = compiled  # type: ignore[method-assign]


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
