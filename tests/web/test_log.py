"""The log: which route, which answer, how long. Never what was asked or said."""

from __future__ import annotations

from small_site import CANARY
from structlog.testing import capture_logs


def lines_of(send) -> list[dict]:
    with capture_logs() as lines:
        send()
    return lines


class TestRequest:
    def test_it_names_the_route_and_not_the_address(self, client):
        [line] = lines_of(lambda: client.get(f"/note/{CANARY}?q={CANARY}"))
        assert line["rule"] == "/note/<text>"
        assert line["endpoint"] == "write_while_reading"
        assert (line["method"], line["status"]) == ("GET", 200)
        assert line["ms"] >= 0
        assert CANARY not in str(line)

    def test_a_form_leaves_none_of_its_words(self, client, token):
        lines = lines_of(
            lambda: client.post("/note", data={"csrf_token": token, "text": CANARY, CANARY: "1"})
        )
        assert [line["status"] for line in lines] == [303]
        assert CANARY not in str(lines)

    def test_an_address_that_leads_nowhere_is_not_written_down(self, client):
        [line] = lines_of(lambda: client.get(f"/{CANARY}"))
        assert line["rule"] is None
        assert CANARY not in str(line)

    def test_each_request_has_an_id_that_its_answer_carries(self, client):
        answers: list = []
        lines = lines_of(lambda: answers.extend(client.get("/about") for _ in range(2)))
        ids = [line["request_id"] for line in lines]
        assert ids == [answer.headers["X-Request-Id"] for answer in answers]
        assert len(set(ids)) == 2

    def test_files_leave_no_line(self, client):
        assert lines_of(lambda: client.get("/assets/storybank.css")) == []


class TestFault:
    def test_it_says_what_kind_and_where_but_not_what_it_said(self, client, caplog, capsys):
        lines = lines_of(lambda: client.get(f"/fault/{CANARY}?q={CANARY}"))
        fault, request = lines
        assert fault["error"] == "builtins.RuntimeError"
        assert fault["where"][-1].endswith(" fault")
        assert request["status"] == 500
        assert CANARY not in str(lines) + caplog.text + str(capsys.readouterr())
