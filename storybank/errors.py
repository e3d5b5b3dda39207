"""Few words for what can go wrong. Each carries one plain sentence and one HTTP status.

The sentence is shown to people as it stands, so it says what to do and never quotes a story.
"""


class StorybankError(Exception):
    """Something a person can be told about in one sentence."""

    status = 500

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadInput(StorybankError):
    """What was sent cannot be used as it is."""

    status = 422


class Refused(StorybankError):
    """The person, or the storyteller's choice, does not allow this."""

    status = 403


class NotFound(StorybankError):
    """There is nothing here for this person: missing and withheld look the same."""

    status = 404


class Conflict(StorybankError):
    """Somebody else changed it first."""

    status = 409


class NotReady(StorybankError):
    """The house is not set up, or a part it needs is away."""

    status = 503
