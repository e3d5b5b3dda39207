"""Codings as W3C Web Annotations: one annotation a coding, in one collection on one page.

The model is https://www.w3.org/TR/annotation-model/ (sections 3.2.4 bodies with purposes, 4.2.4
TextQuoteSelector, 4.2.5 TextPositionSelector, 5 collections). Positions are code points, as the
model has them. What the model has no word for stands under ``sb:``; ``rights`` leads to what
whoever holds the file has to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from storybank.exchange import about
from storybank.exchange.about import stamp
from storybank.exchange.outgoing import Chosen, Going, slices
from storybank.stories.rules import TEAM_ONLY

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"sb": "urn:storybank:terms:"}]
AROUND = 32
"""Letters before and after a passage, so that it can be found in a text that changed."""
GENERATOR = {"id": "urn:storybank:program", "type": "Software", "name": "Storybank"}


def context_of(chosen: Chosen) -> int:
    """How many letters round each passage go out with it: none to people outside the team."""
    return AROUND if chosen.use.purpose in TEAM_ONLY else 0


def collection(session: Session, chosen: Chosen, base: str) -> Iterator[str]:
    """The file, piece by piece; ``base`` is the address of this house, with a slash at its end."""
    name = f"{base}files/{chosen.use.purpose.value}/codings.json"
    head = {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": "Codings",
        "creator": _coder(base, chosen.use.actor.account_id, chosen.use.actor.name),
        "generator": GENERATOR,
        "generated": stamp(chosen.use.at),
        "rights": f"{base}files#duty",
        "sb:use": chosen.use.purpose.value,
        "sb:about": about.of_codings(chosen),
        "sb:leftOut": [
            {"sb:codings": count, "sb:because": why.sentence}
            for why, count in sorted(chosen.left_out.items())
        ],
    }
    page = {"id": f"{name}#page", "type": "AnnotationPage", "partOf": name, "startIndex": 0}
    yield f'{_json(head)[:-1]},\n"first": {_json(page)[:-1]}, "items": [\n'
    count = 0
    for some in slices(session, chosen, context_of(chosen)):
        yield "".join(
            f"{',' if count + place else ''}{_json(annotation(one, base))}\n"
            for place, one in enumerate(some)
        )
        count += len(some)
    # How many there are is known only now: what was stopped meanwhile is not among them.
    yield f']}},\n"last": {_json(page["id"])},\n"total": {count}}}\n'


def annotation(one: Going, base: str) -> dict[str, Any]:
    """One coding as an annotation."""
    excerpt = one.excerpt
    quote = {"type": "TextQuoteSelector", "exact": excerpt.words}
    quote |= {"prefix": one.before} if one.before else {}
    quote |= {"suffix": one.after} if one.after else {}
    found: dict[str, Any] = {
        "id": f"{base}codings/{one.id}",
        "type": "Annotation",
        "motivation": "tagging",
        "creator": _coder(base, one.coder_id, one.coder),
        "created": stamp(one.made_at),
        "generator": GENERATOR,
        "generated": stamp(one.let_out_at),
        "rights": f"{base}files#duty",
        "body": [_tag(one)],
        "target": {
            "type": "SpecificResource",
            "source": {
                "id": f"{base}desk/{excerpt.story_id}?version={excerpt.version}",
                "type": "Text",
                "format": "text/plain",
            },
            "selector": [
                {"type": "TextPositionSelector", "start": excerpt.start, "end": excerpt.end},
                quote,
            ],
            "sb:story": excerpt.story_id,
            "sb:title": excerpt.title,
            "sb:storyteller": excerpt.attribution,
        },
        "sb:terms": _terms(one),
    }
    if one.external_id:
        found["target"]["sb:externalId"] = one.external_id
    for name, value in (
        ("sb:suggested", one.suggested), ("sb:toCheck", one.to_check),
        ("sb:flags", dict(one.flags)), ("sb:storytellerSays", one.says),
    ):  # fmt: skip
        if value:
            found[name] = value
    return found


def _tag(one: Going) -> Mapping[str, str]:
    return {
        "type": "TextualBody", "value": one.code.name, "format": "text/plain",
        "purpose": "tagging", "sb:code": one.code.key, "sb:family": one.code.family,
    }  # fmt: skip


def _terms(one: Going) -> Mapping[str, Any]:
    terms = one.terms
    return {
        "sb:until": stamp(terms.until) if terms.until else None,
        "sb:notFor": list(terms.not_for),
        "sb:askFirst": [use.value for use in terms.ask_first],
        "sb:shorten": terms.shorten.value,
        "sb:translate": terms.translate.value,
        "sb:inWords": terms.sentence,
    }


def _coder(base: str, number: int | None, name: str) -> Mapping[str, str]:
    return {"id": f"{base}people/{number}", "type": "Person", "name": name}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
