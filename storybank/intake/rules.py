"""What may come in: limits, the shape of an arrival, and a sentence for each refusal.

The sentences never hold anything from a file, its name included: a name may be a person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storybank.errors import BadInput
from storybank.stories.canon import Canon, one_line
from storybank.stories.rules import MAX_TITLE

MAX_FILE = 10 * 1024 * 1024
"""The largest file, in bytes; also the longest line of a file of many stories."""

MAX_TEXT = 2_000_000
"""The longest story, in code points: about 350,000 words."""

MAX_BLOCKS = 100_000
"""The most paragraphs, headings and list items in one story."""

MAX_ID = 200
"""The longest id of a story from elsewhere, in code points."""

MAX_ROWS = 200_000
"""The most rows of one table."""

MAX_COLUMNS = 1_000

UNTITLED = "Untitled story"

EMPTY = "There are no words in it. Check the file and try again."
TOO_BIG = "The file is over 10 MB. Split it into parts, or take the pictures out."
TOO_LONG = f"It is too long: over {MAX_TEXT:,} letters. Split it into parts."
TOO_MANY_BLOCKS = f"It has over {MAX_BLOCKS:,} paragraphs. Split it into parts."
NOT_TEXT = "This is not a file with words that we can read. Save it as .docx or .txt and try again."
NOT_WRITING = "This is no written document. Copy the words, and paste them in or save them as .txt."
SCANNED = (
    "This PDF holds pictures of pages and no words. Type the words in, or have them read to text "
    "first."
)
BAD_CAPTIONS = "These captions cannot be read. Save the words alone as .txt and try again."
PICTURE = "This is a picture. Type the words in, or scan them to text first."
RECORDING = "This is a sound or video recording. Write it down first, and take in the transcript."
OLD_WORD = "This is an old or locked Office file. Unlock it, and save it as .docx or .xlsx."
SPREADSHEET = (
    "This is a spreadsheet of rows. Bring it under 'Bring files', and say what each column is."
)
NO_SHEET = "There is no sheet with rows in this spreadsheet. Check it, or save the sheet as .csv."
OTHER_SHEETS = "This kind of spreadsheet can not be read. Open it and save it as .xlsx or .csv."
TABLE_TOO_HARD = (
    "The spreadsheet could not be read in a short time. Save it as .csv and bring that."
)
TOO_MANY_ROWS = f"It has over {MAX_ROWS:,} rows. Split it into parts."
TOO_WIDE = f"It has over {MAX_COLUMNS:,} columns. Take out those that are not needed."
SLIDES = "These are slides. Copy the words, and paste them in or save them as .txt."
ARCHIVE = "This is an archive of files. Unpack it and take in the files one by one."
ONE_STORY = "This file holds one story. Take it in by itself, not as a table."
XML = "This is an XML file. Save the words alone as .txt and try again."
JSON = "This is a JSON file. Save it as .jsonl: one story a line, with id, title and text."
MANY_STORIES = "This file may hold many stories. Bring it under 'Bring files', to say what is what."
NO_FILE = "The file could not be opened. Check that it is there and that you may read it."
NOT_WORD = "Its name says Word document, but it is not one. Open it and save it as .docx again."
STRICT_WORD = "This is a 'Strict' Word file. In Word, save it as 'Word Document (.docx)'."
DAMAGED = "The file is damaged. Open it, save it again, and try that copy."
PASSWORD = "The file has a password. Save it without one and try again."
UNPACKS_TOO_BIG = "The file unpacks to far more than a story can hold, so it was not opened."
TOO_MANY_PARTS = "The file has too many parts to be a story. Copy the words into a new document."
HAS_DTD = "The file has instructions that a document never needs, so it was not opened."
TOO_HARD = "The file could not be read in a short time. Copy the words into a new document."


@dataclass(frozen=True)
class Arrival:
    """A story at the door: canonical text, what it is called, and facts about it."""

    canon: Canon
    title: str
    external_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    """The codec in which the file's text was read; None where the kind of file settles it."""
    line: int | None = None
    """The line or row of its file, where a table has many stories."""
    answers: Mapping[str, str] | None = None
    """What its row says the teller chose: a use, and yes, ask or no. None: it says nothing."""
    evidence: str | None = None
    """What its row says shows that; blank where the table has a column of it and the row has
    none; None where the table has no such column."""
    name: str | None = None
    """The name to show, as the row has it; None where the table has no such column."""
    name_style: str = ""
    language: str = ""


@dataclass(frozen=True)
class BadRow:
    """A line or row of a file that is no story, and why, in one sentence without its words."""

    line: int
    reason: str
    external_id: str | None = None


def check_size(size: int) -> None:
    """Raise BadInput where a file has more bytes than may come in, or none."""
    if size > MAX_FILE:
        raise BadInput(TOO_BIG)
    if size == 0:
        raise BadInput("The file is empty. Check that it was saved, and try again.")


def check_length(text: str) -> None:
    """Raise BadInput where a text is longer than a story may be."""
    if len(text) > MAX_TEXT:
        raise BadInput(TOO_LONG)


def check_canon(canon: Canon) -> Canon:
    """Return the canon. Raises BadInput where it has no words or too many."""
    check_length(canon.text)
    if not canon.text.strip():
        raise BadInput(EMPTY)
    if len(canon.blocks) > MAX_BLOCKS:
        raise BadInput(TOO_MANY_BLOCKS)
    return canon


def title_of(canon: Canon, given: str | None = None) -> str:
    """Return the title given, else the first heading's, else a neutral one.

    The name of a file is never used: it is often the name of a person.
    """
    title = one_line(given or "") or canon.title or ""
    if not title:
        heads = (block for block in canon.blocks if block.kind == "h")
        first = next(heads, None)
        title = canon.text[first.start : first.end] if first else UNTITLED
    if len(title) > MAX_TITLE:
        title = title[: MAX_TITLE - 1].rstrip() + "\u2026"
    return title
