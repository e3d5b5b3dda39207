"""Marks on views, read by the house tests and by `storybank routes`."""

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def open_page(view: View) -> View:
    """Mark a view as open to anyone and showing no story words.

    Pages that do show words are marked by the consent room, which stands on a higher floor.
    """
    view.purposes = ()  # type: ignore[attr-defined]
    view.roles = ("anyone",)  # type: ignore[attr-defined]
    return view
