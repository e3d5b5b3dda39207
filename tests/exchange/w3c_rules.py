"""What the W3C Web Annotation model requires of a file (https://www.w3.org/TR/annotation-model/),
as far as ours says anything: each broken rule as a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MOTIVATIONS = {
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing",
    "highlighting", "identifying", "linking", "moderating", "questioning", "replying", "tagging",
}  # fmt: skip
AGENTS = {"Person", "Organization", "Software"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_IRI = re.compile(r"(https?://|urn:)[^\s<>\"{}|\\^`]+")


def broken(found: dict[str, Any]) -> list[str]:
    """The rules that a collection breaks; none where it is one."""
    return list(_collection(found))


def _collection(found: dict[str, Any]) -> Iterator[str]:
    if found["@context"] != "http://www.w3.org/ns/anno.jsonld" and (
        found["@context"][0] != "http://www.w3.org/ns/anno.jsonld"
    ):
        yield "3.1: the context is named first"
    if found["type"] != "AnnotationCollection":
        yield "5.1: a collection says what it is"
    yield from _iri(found["id"], "5.1: a collection has one IRI")
    yield from _iri(found["last"], "5.1: the last page is named by its IRI")
    yield from _agent(found["generator"])
    yield from _moment(found["generated"])
    page = found["first"]
    if page["type"] != "AnnotationPage" or page["partOf"] != found["id"]:
        yield "5.2: a page is part of its collection"
    if page["startIndex"] != 0 or found["total"] != len(page["items"]):
        yield "5.2: all are on the one page, and counted"
    ids = [one["id"] for one in page["items"]]
    if len(set(ids)) != len(ids):
        yield "3.1: no two annotations have one IRI"
    for one in page["items"]:
        yield from _annotation(one)


def _annotation(one: dict[str, Any]) -> Iterator[str]:
    yield from _iri(one["id"], "3.1: an annotation has exactly one IRI")
    if one["type"] != "Annotation":
        yield "3.1: an annotation says that it is one"
    if one["motivation"] not in MOTIVATIONS:
        yield "3.3.5: the motivation is one of the model's"
    yield from _agent(one["creator"])
    yield from _moment(one["created"])
    for name in ("generated", "modified"):
        if name in one:
            yield from _moment(one[name])
    yield from _iri(one["rights"], "3.3.8: rights are IRIs")
    for body in one["body"] if isinstance(one["body"], list) else [one["body"]]:
        if body["type"] != "TextualBody" or not isinstance(body["value"], str):
            yield "3.2.4: a textual body has exactly one value"
        if body["purpose"] not in MOTIVATIONS:
            yield "3.3.5: the purpose is one of the model's"
    target = one["target"]
    if isinstance(target, str):
        yield from _iri(target, "3.2: a target is an IRI or an object")
        return
    if target["type"] != "SpecificResource":
        yield "4: a part of something is a specific resource"
    source = target["source"]
    yield from _iri(source if isinstance(source, str) else source["id"], "4.1: one source")
    selectors = target["selector"]
    for selector in selectors if isinstance(selectors, list) else [selectors]:
        yield from _selector(selector)


def _selector(selector: dict[str, Any]) -> Iterator[str]:
    if selector["type"] == "TextPositionSelector":
        start, end = selector["start"], selector["end"]
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end):
            yield "4.2.5: start and end are whole numbers from nought on"
    elif selector["type"] == "TextQuoteSelector":
        if not isinstance(selector["exact"], str):
            yield "4.2.4: exactly one quote"
        if not all(isinstance(selector.get(name, ""), str) for name in ("prefix", "suffix")):
            yield "4.2.4: at most one prefix and suffix"
    else:
        yield "4.2: a selector of the model"


def _agent(agent: dict[str, Any]) -> Iterator[str]:
    if agent["type"] not in AGENTS or not agent["name"]:
        yield "3.3.2: an agent has a type and a name"
    yield from _iri(agent["id"], "3.3.2: an agent has one IRI")


def _moment(said: str) -> Iterator[str]:
    if not _MOMENT.fullmatch(said):
        yield "3.3.1: a moment is an xsd:dateTime in UTC, with its Z"


def _iri(said: object, rule: str) -> Iterator[str]:
    if not isinstance(said, str) or not _IRI.fullmatch(said):
        yield rule
