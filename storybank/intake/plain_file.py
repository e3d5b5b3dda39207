"""Plain text: paragraphs, or the turns of a transcript that says who speaks when. Runs in the
child; short texts that were typed or pasted are read where they are."""

from storybank.intake import rules
from storybank.intake.spoken_text import read_spoken
from storybank.stories.canon import Canon, plain


def read_plain(text: str) -> Canon:
    """Return the canon of a text that has canonical characters. Raises BadInput for too long."""
    rules.check_length(text)
    return read_spoken(text) or plain(text)
