"""Captions in XML give who speaks and when."""

import pytest

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.reading import read_file

TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
 xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="1000">
<head><metadata><ttm:agent xml:id="a"><ttm:name>Ada</ttm:name></ttm:agent></metadata></head>
<body><div>
<p begin="00:00:01.500" end="00:00:02" ttm:agent="a">We waited<br/>at the <span>door</span>.</p>
<p begin="3s" end="4s" ttm:agent="a">It rained.</p>
<p begin="00:00:05:05" end="6s" ttm:agent="researcher">And then?</p>
<p begin="7000t"> </p>
</div></body></tt>"""


def test_turns_and_times_are_read():
    canon = read_file("a.ttml", TTML.encode()).canon
    assert canon.text == "Ada: We waited at the door. It rained.\nresearcher: And then?"
    assert [time.ms for time in canon.times] == [1500, 3000, 5200]
    assert [canon.text[time.at :][:4] for time in canon.times] == ["We w", "It r", "And "]
    assert len(canon.turns) == 2


def test_what_is_damaged_or_holds_a_dtd_is_refused():
    for source in (TTML[:-9], TTML.replace("<tt ", "<!DOCTYPE tt [<!ENTITY a 'ha'>]><tt ", 1)):
        with pytest.raises(BadInput) as refusal:
            read_file("a.ttml", source.encode())
        assert refusal.value.sentence == rules.DAMAGED
