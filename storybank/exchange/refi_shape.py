"""The structure that the REFI-QDA standard 1.0 asks of a project and of a codebook, as far as we
write them: each element's attributes, and its children in their order. Checked before a file
leaves; tests check the same files against the standard's own XML schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from storybank.exchange.refi_rules import CODEBOOK, COLOUR, GUID, PROJECT

Test = Callable[[str], object]


def _any(_: str) -> bool:
    return True


_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_GUID: Test = GUID.fullmatch
_RGB: Test = COLOUR.fullmatch
_WHEN: Test = _DATE_TIME.fullmatch
_WHOLE: Test = re.compile(r"-?\d{1,10}").fullmatch
_BOOL: Test = {"true", "false"}.__contains__
_KIND: Test = {"Text", "Boolean", "Integer", "Float", "Date", "DateTime"}.__contains__
MANY = 10**9


@dataclass(frozen=True)
class Shape:
    """What an element may be: ``!`` after an attribute's name says that it must be there; a child
    is (name, least, most)."""

    attributes: Mapping[str, Test] = field(default_factory=dict)
    children: tuple[tuple[str, int, int], ...] = ()
    text: bool = False


_TEXT = Shape(text=True)
_REF = Shape({"targetGUID!": _GUID})
_MADE = {"creatingUser": _GUID, "creationDateTime": _WHEN}
_CHANGED = {**_MADE, "modifyingUser": _GUID, "modifiedDateTime": _WHEN}
_NOTES = ("NoteRef", 0, MANY)
_CODE = Shape(
    {"guid!": _GUID, "name!": _any, "isCodable!": _BOOL, "color": _RGB},
    (("Description", 0, 1), _NOTES, ("Code", 0, MANY)),
)
_SOURCE = Shape(
    {"guid!": _GUID, "name": _any, "richTextPath": _any, "plainTextPath": _any, **_CHANGED},
    (("Description", 0, 1), ("PlainTextContent", 0, 1), ("PlainTextSelection", 0, MANY),
     ("Coding", 0, MANY), _NOTES, ("VariableValue", 0, MANY)),
)  # fmt: skip

PROJECT_SHAPES: Mapping[str, Shape] = {
    "Project": Shape(
        {"name!": _any, "origin": _any, "creatingUserGUID": _GUID, "creationDateTime": _WHEN,
         "modifyingUserGUID": _GUID, "modifiedDateTime": _WHEN, "basePath": _any},
        (("Users", 0, 1), ("CodeBook", 0, 1), ("Variables", 0, 1), ("Cases", 0, 1),
         ("Sources", 0, 1), ("Notes", 0, 1), ("Links", 0, 1), ("Sets", 0, 1), ("Graphs", 0, 1),
         ("Description", 0, 1), _NOTES),
    ),
    "Users": Shape(children=(("User", 1, MANY),)),
    "User": Shape({"guid!": _GUID, "name": _any, "id": _any}),
    "CodeBook": Shape(children=(("Codes", 1, 1),)),
    "Codes": Shape(children=(("Code", 1, MANY),)),
    "Code": _CODE,
    "Variables": Shape(children=(("Variable", 1, MANY),)),
    "Variable": Shape({"guid!": _GUID, "name!": _any, "typeOfVariable!": _KIND},
                      (("Description", 0, 1),)),
    "Cases": Shape(children=(("Case", 1, MANY),)),
    "Case": Shape({"guid!": _GUID, "name": _any},
                  (("Description", 0, 1), ("CodeRef", 0, MANY), ("VariableValue", 0, MANY),
                   ("SourceRef", 0, MANY), ("SelectionRef", 0, MANY))),
    "VariableValue": Shape(children=(("VariableRef", 1, 1), ("TextValue", 0, 1))),
    "Sources": Shape(children=(("TextSource", 1, MANY),)),
    "TextSource": _SOURCE,
    "PlainTextSelection": Shape(
        {"guid!": _GUID, "name": _any, "startPosition!": _WHOLE, "endPosition!": _WHOLE,
         **_CHANGED},
        (("Description", 0, 1), ("Coding", 0, MANY), _NOTES),
    ),
    "Coding": Shape({"guid!": _GUID, **_MADE}, (("CodeRef", 1, 1), _NOTES)),
    "Notes": Shape(children=(("Note", 1, MANY),)),
    "Note": _SOURCE,
    **dict.fromkeys(("CodeRef", "NoteRef", "SourceRef", "VariableRef"), _REF),
    **dict.fromkeys(("Description", "PlainTextContent", "TextValue"), _TEXT),
}  # fmt: skip

CODEBOOK_SHAPES: Mapping[str, Shape] = {
    "CodeBook": Shape({"origin": _any}, (("Codes", 1, 1),)),
    "Codes": PROJECT_SHAPES["Codes"],
    "Code": Shape(_CODE.attributes, (("Description", 0, 1), ("Code", 0, MANY))),
    "Description": _TEXT,
}

POINTS_TO = {
    "CodeRef": "Code", "NoteRef": "Note", "SourceRef": "TextSource", "VariableRef": "Variable",
}  # fmt: skip


class Misshapen(Exception):
    """A file of ours is not what the standard asks. Its message names elements, no words."""


def check(root: Element) -> None:
    """Raise Misshapen where a project or codebook is not as the standard says.

    Beyond the schema: GUIDs are each used once, and whatever is pointed to is there.
    """
    space, _, name = root.tag[1:].partition("}")
    shapes = {PROJECT: PROJECT_SHAPES, CODEBOOK: CODEBOOK_SHAPES}.get(space)
    if shapes is None or name != ("Project" if space == PROJECT else "CodeBook"):
        raise Misshapen(f"unknown root {name}")
    there: dict[str, str] = {}
    wanted: list[tuple[str, str]] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = element.tag.removeprefix(f"{{{space}}}")
        shape = shapes.get(name)
        if shape is None:
            raise Misshapen(f"unknown element {name}")
        _check_one(element, name, shape, space)
        guid = element.get("guid")
        if guid is not None:
            if guid in there:
                raise Misshapen(f"a GUID is used twice: {name}")
            there[guid] = name
        target = element.get("targetGUID")
        if target is not None:
            wanted.append((name, target))
        waiting.extend(element)
    for name, target in wanted:
        if there.get(target) != POINTS_TO[name]:
            raise Misshapen(f"{name} points to nothing")


def _check_one(element: Element, name: str, shape: Shape, space: str) -> None:
    tests = {key.removesuffix("!"): test for key, test in shape.attributes.items()}
    for key, value in element.attrib.items():
        if key not in tests or not tests[key](value):
            raise Misshapen(f"{name} has a wrong {key}")
    for key in shape.attributes:
        if key.endswith("!") and key[:-1] not in element.attrib:
            raise Misshapen(f"{name} has no {key[:-1]}")
    if (element.text or "").strip() and not shape.text:
        raise Misshapen(f"{name} holds text")
    at, count = 0, 0
    order = shape.children
    for child in element:
        tag = child.tag.removeprefix(f"{{{space}}}")
        while at < len(order) and order[at][0] != tag:
            if count < order[at][1]:
                raise Misshapen(f"{name} has too few {order[at][0]}")
            at, count = at + 1, 0
        if at == len(order):
            raise Misshapen(f"{tag} does not belong here in {name}")
        count += 1
        if count > order[at][2]:
            raise Misshapen(f"{name} has too many {tag}")
    for later, (tag, least, _) in enumerate(order[at:]):
        if least > (count if later == 0 else 0):
            raise Misshapen(f"{name} has too few {tag}")
