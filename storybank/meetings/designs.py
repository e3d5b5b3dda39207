"""Workshops as we know them, as data: their parts, minutes and questions. All of it is a start
that a facilitator changes as they like. What a part says is read by those who take part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a part of a workshop is for."""

    OVERVIEW = "overview"
    THEMES = "themes"
    GROUPS = "groups"
    SHARE = "share"
    SYNTHESIS = "synthesis"
    RECOMMEND = "recommend"

    @property
    def sentence(self) -> str:
        return PARTS[self]


PARTS = {
    Part.OVERVIEW: "Welcome, and what this is about",
    Part.THEMES: "What the stories say",
    Part.GROUPS: "Work in small groups",
    Part.SHARE: "Hear from each other",
    Part.SYNTHESIS: "Bring it together",
    Part.RECOMMEND: "Agree what to say",
}


class Ask(StrEnum):
    """How a question is answered."""

    SAME = "same"
    OPEN = "open"
    SCALE = "scale"
    DOTS = "dots"
    RANK = "rank"

    @property
    def sentence(self) -> str:
        return ASKS[self]


ASKS = {
    Ask.SAME: "Same for me, different for me, or I want to add something",
    Ask.OPEN: "In their own words",
    Ask.SCALE: "On a scale from 1 to 5",
    Ask.DOTS: "By putting dots on choices",
    Ask.RANK: "By putting choices in order",
}


@dataclass(frozen=True)
class Question:
    """One question put to all groups."""

    kind: Ask
    text: str
    help_text: str = ""
    passages: bool = False
    """About all passages of the pack, which are shown with it."""
    options: tuple[str, ...] = ()
    dots: int = 3


@dataclass(frozen=True)
class Stretch:
    """One part of the plan, and the questions asked in it."""

    kind: Part
    title: str
    says: str
    minutes: int
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Template:
    """A kind of workshop."""

    key: str
    name: str
    says: str
    parts: tuple[Stretch, ...]

    @property
    def minutes(self) -> int:
        """How long it takes, without breaks."""
        return sum(part.minutes for part in self.parts)


COMPARE = Question(
    Ask.SAME, "Is this the same for you, or different?",
    "Read the passages first. Then think of a time of your own.", passages=True,
)  # fmt: skip
WELCOME = (
    "Why we are here, who will decide, and when they will reply. What becomes of your answers."
)
SHARE_SAYS = (
    "We look at the answers of all groups. Each group says one thing that struck it. We hear "
    "those online first."
)

REFLECTION = Template(
    "reflection", "Reflect on stories",
    "People read short parts of stories, compare them with their own lives, and give one answer "
    "together.",
    (
        Stretch(Part.OVERVIEW, "Welcome", WELCOME, 10),
        Stretch(
            Part.THEMES, "What the stories say",
            "We read short parts of stories. Some may be hard to hear. You can leave at any time.",
            20,
            (Question(Ask.OPEN, "Which words stay with you, and why?", passages=True),),
        ),
        Stretch(
            Part.GROUPS, "In small groups",
            "Talk in your group. Answer on your phone, or tell your note-taker.",
            35,
            (
                COMPARE,
                Question(Ask.OPEN, "What helped?", "Think of people, places, or how things ran."),
                Question(Ask.OPEN, "What got in the way?"),
            ),
        ),
        Stretch(Part.SHARE, "Hear from each group", SHARE_SAYS, 20),
        Stretch(
            Part.SYNTHESIS, "Bring it together",
            "We put answers that say the same side by side, and name each heap in your own words.",
            20,
            (Question(Ask.OPEN, "What did we hear that we must not lose?"),),
        ),
        Stretch(
            Part.RECOMMEND, "What we want to say",
            "We write down what should change. Each group says how far it agrees.", 15,
            (Question(Ask.OPEN, "What is the one thing that should change first?"),),
        ),
    ),
)  # fmt: skip

INVERTED = Template(
    "inverted", "Inverted inquiry",
    "People who work in services do the talking and deciding. People who have lived it listen, "
    "then say what they think.",
    (
        Stretch(Part.OVERVIEW, "Welcome, and who does what", WELCOME, 10),
        Stretch(
            Part.THEMES, "What the stories say",
            "People who work in services read the passages in silence first.", 15,
            (
                Question(
                    Ask.OPEN, "What do these stories ask of us?",
                    "For people who work in services.", passages=True,
                ),
            ),
        ),
        Stretch(
            Part.GROUPS, "Services talk, others listen",
            "People who work in services sit in the middle. People with lived experience listen.",
            30,
            (
                Question(
                    Ask.OPEN, "What do we do now that gets in the way?",
                    "For people who work in services.",
                ),
                Question(
                    Ask.OPEN, "What could we change ourselves within six months?",
                    "For people who work in services.",
                ),
            ),
        ),
        Stretch(
            Part.SHARE, "What those who lived it say",
            "Change places. People with lived experience speak. People who work in services "
            "listen, and do not defend.", 30,
            (
                Question(
                    Ask.OPEN, "What did you hear? What was missing?",
                    "For people with lived experience.",
                ),
                Question(
                    Ask.SCALE, "Did they understand the stories?",
                    "For people with lived experience.", options=("Not at all", "Very well"),
                ),
            ),
        ),
        Stretch(Part.SYNTHESIS, "Where we agree, and where not",
                "We put side by side what both said. We keep what does not fit.", 20),
        Stretch(
            Part.RECOMMEND, "What services promise",
            "Each promise names who does it and by when. Those who lived it say if it is enough.",
            15,
            (Question(Ask.SCALE, "Is this enough?", options=("Not nearly", "Yes, fully")),),
        ),
    ),
)  # fmt: skip

JURY = Template(
    "jury", "Jury",
    "A small group hears stories and other evidence, asks its own questions, and gives an answer "
    "with reasons.",
    (
        Stretch(Part.OVERVIEW, "The question to answer", WELCOME, 15),
        Stretch(
            Part.THEMES, "Hear the stories",
            "We hear the passages. Then anybody who was asked to speak has ten minutes.", 40,
            (Question(Ask.OPEN, "What do you still want to know?", passages=True),),
        ),
        Stretch(
            Part.GROUPS, "Weigh it up",
            "In small groups, first each in turn without being stopped. Then talk.", 45,
            (
                COMPARE,
                Question(Ask.OPEN, "What speaks for a change?"),
                Question(Ask.OPEN, "What speaks against it, or makes it hard?"),
            ),
        ),
        Stretch(Part.SHARE, "Hear each other's reasons", SHARE_SAYS, 25),
        Stretch(
            Part.SYNTHESIS, "Where do we stand?",
            "We see how far we agree. Whoever sees it another way says why.", 20,
            (
                Question(
                    Ask.SCALE, "How sure are you of what should be done?",
                    options=("Not sure at all", "Very sure"),
                ),
            ),
        ),
        Stretch(
            Part.RECOMMEND, "The jury's answer",
            "We write the answer and the reasons, and what a minority thinks, in its words.",
            35,
            (Question(Ask.OPEN, "What should be done, and why?"),),
        ),
    ),
)  # fmt: skip

THREE_QUESTIONS = Template(
    "questions", "Three questions",
    "What would be ideal, what worked and what did not, and how to get there.",
    (
        Stretch(Part.OVERVIEW, "Welcome", WELCOME, 10),
        Stretch(
            Part.THEMES, "A few words from stories",
            "We read a few passages, and leave a little silence after each.", 10,
            (Question(Ask.SAME, "Is this the same for you, or different?", passages=True),),
        ),
        Stretch(
            Part.GROUPS, "Three questions",
            "Ten minutes for each question. Everybody writes or says at least one thing.", 40,
            (
                Question(Ask.OPEN, "What would it look like if it worked as it should?"),
                Question(Ask.OPEN, "What has worked for you?"),
                Question(Ask.OPEN, "What has not worked for you?"),
                Question(Ask.OPEN, "How do we get there?"),
            ),
        ),
        Stretch(Part.SHARE, "Hear from each group", SHARE_SAYS, 20),
        Stretch(
            Part.SYNTHESIS, "What matters most",
            "We name the heaps of answers. Then you put dots on what matters most to you.",
            15,
            (
                Question(
                    Ask.DOTS, "Which of these matters most to you?", "You have three dots.",
                    options=("Being listened to", "Being told what happens", "Deciding together"),
                ),
            ),
        ),
        Stretch(
            Part.RECOMMEND, "What happens next",
            "Who takes this to whom, and when you hear back.", 10,
        ),
    ),
)  # fmt: skip

TEMPLATES = {one.key: one for one in (REFLECTION, INVERTED, JURY, THREE_QUESTIONS)}
"""Every kind of workshop we have a plan for; the first is the usual one."""


def template(key: str) -> Template:
    """The kind of workshop of this name; the usual one for a name we do not know."""
    return TEMPLATES.get(key, REFLECTION)
