"""The part of the form that holds a story's words and the facts about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from storybank.errors import BadInput
from storybank.intake import reading
from storybank.intake.rules import UNTITLED, Arrival
from storybank.people.rules import person_id_of
from storybank.stories.canon import Canon
from storybank.stories.rules import ATTRIBUTES

ROLES = ("patient", "carer", "parent", "volunteer", "worker")
AGES = ("16-24", "25-44", "45-64", "65-79", "80 and over")
LONGEST_FACT = 100
WROTE = {
    "teller": "The storyteller wrote them",
    "somebody": "Somebody wrote down what they said",
}


class Shape:
    """Where headings, lists and stresses stand in the words of a file, carried by the form.

    A page that comes back with an error shows a file's words as plain text. The shape travels
    with them, signed, so that what was a heading is one when the form is sent again. It holds
    offsets only, and it is for exactly these words: changed words make it void.
    """

    def __init__(self, secret_key: str) -> None:
        self._signer = URLSafeSerializer(secret_key, salt="intake shape")

    def of(self, canon: Canon) -> str:
        said = [canon.sha256, canon.to_places(), canon.warnings]
        return str(self._signer.dumps(said))

    def put_on(self, canon: Canon, sent: str) -> Canon:
        """The canon with the shape that was ``sent`` for it, or as it is."""
        try:
            digest, places, warnings = self._signer.loads(sent)
        except BadData:
            return canon
        if digest != canon.sha256:
            return canon
        return Canon.from_places(canon.text, places).with_warnings(warnings)


@dataclass
class WordsForm:
    """The words and the facts about them, as they were typed or read from a file."""

    text: str = ""
    title: str = ""
    teller: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    wrote: str = ""
    """Who wrote these words down: the storyteller, or somebody else as they spoke."""
    shape: str = ""
    """Filled where the words are those of a file."""
    arrival: Arrival | None = None
    person_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str], upload: FileStorage | None, shape: Shape) -> WordsForm:
        """The form as it came; the words of a file are kept as text, so that nothing is lost."""
        made = cls(
            form.get("text", ""), form.get("title", ""), form.get("teller", ""),
            {name: form.get(name, "").strip() for name in ATTRIBUTES}, form.get("wrote", ""),
            form.get("shape", ""),
        )  # fmt: skip
        if upload is not None and upload.filename:
            made._read_file(upload, shape)
        else:
            made._read_text(shape)
        if made.wrote not in WROTE:
            made.errors["wrote"] = "Choose who wrote these words down."
        made._find_teller()
        for name, value in made.facts.items():
            if len(value) > LONGEST_FACT:
                made.errors[name] = f"Keep it under {LONGEST_FACT} letters."
        return made

    @property
    def transcript(self) -> bool:
        """The words wait to be read back to the storyteller."""
        return self.wrote == "somebody"

    def _read_file(self, upload: FileStorage, shape: Shape) -> None:
        try:
            arrival = reading.read_file(upload.filename or "", upload.read(), self.title)
            typed = self.text.strip() and reading.read_paste(self.text).canon.text
        except BadInput as problem:
            self.errors["upload"] = problem.sentence
            return
        if typed and typed != arrival.canon.text:
            self.errors["upload"] = "There are other words in the box. Empty it to use the file."
            return
        self.arrival = arrival
        self.text = arrival.canon.text.replace("\n", "\n\n")
        self.shape = shape.of(arrival.canon)
        if arrival.title != UNTITLED:
            self.title = arrival.title

    def _read_text(self, shape: Shape) -> None:
        if not self.text.strip():
            self.errors["text"] = "Paste the story, or choose a file."
            return
        try:
            arrival = reading.read_paste(self.text, self.title)
        except BadInput as problem:
            self.errors["text"] = problem.sentence
            return
        self.arrival = Arrival(shape.put_on(arrival.canon, self.shape), arrival.title)

    def _find_teller(self) -> None:
        if not self.teller.strip():
            return
        try:
            self.person_id = person_id_of(self.teller)
        except BadInput as problem:
            self.errors["teller"] = problem.sentence
