"""The next files are read while somebody is busy with one, in order and not too many."""

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.ahead import Asked, read_ahead


def test_they_come_in_order_with_refusals_among_them_and_few_are_held():
    given = []

    def files():
        for number in range(9):
            given.append(number)
            data = b"" if number == 4 else f"# Story {number}\n\nWords.".encode()
            yield Asked("a.md", data)

    found = []
    for number, one in enumerate(read_ahead(files())):
        found.append(str(one) if isinstance(one, BadInput) else one.title)
        assert len(given) <= number + 3
    assert found[:4] == [f"Story {number}" for number in range(4)]
    assert "empty" in found[4]
    assert found[5:] == [f"Story {number}" for number in range(5, 9)]


def test_the_encoding_that_was_chosen_is_asked_for_and_one_may_stop_early():
    curly = Asked("a.txt", "It\u2019s".encode("cp1252"), "cp1252")
    reading = read_ahead([curly, *[Asked("a.txt", b"words")] * 5])
    assert next(reading).canon.text == "It\u2019s"
    reading.close()
    (refusal,) = read_ahead([Asked("a.docx", b"just words")])
    assert refusal.sentence == rules.NOT_WORD
