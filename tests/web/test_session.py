"""The request's database session: kept when the answer is good, undone when it is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from small_site import notes

from storybank import db, web


class TestKeep:
    def test_a_form_that_went_well_is_kept(self, client, token, kept):
        answer = client.post("/note", data={"csrf_token": token, "text": "a"})
        assert answer.status_code == 303
        assert kept() == ["a"]

    def test_what_is_written_while_reading_is_kept_too(self, client, kept):
        assert client.get("/note/seen").status_code == 200
        assert kept() == ["seen"]


class TestUndo:
    @pytest.mark.parametrize("then", ["refused", "not-found", "conflict", "bad", "fault", "again"])
    def test_nothing_is_kept_when_the_answer_is_not_good(self, client, token, kept, then):
        answer = client.post("/note", data={"csrf_token": token, "text": "a", "then": then})
        assert answer.status_code >= 400
        assert kept() == []

    @pytest.mark.parametrize("then", ["refused", "fault", "again"])
    def test_a_sentence_said_before_a_failure_is_not_said(self, client, token, then):
        answer = client.post("/note", data={"csrf_token": token, "text": "a", "then": then})
        assert "Kept." not in answer.text
        assert "Kept." not in client.get("/about").text

    def test_a_failure_elsewhere_takes_no_sentence_away(self, client, token):
        client.post("/note", data={"csrf_token": token, "text": "a"})
        assert "Kept." in client.get("/nowhere").text + client.get("/about").text

    def test_a_commit_that_fails_is_not_called_a_success(self, app, client, token, kept):
        def commit_that_fails(session):
            raise sa.exc.OperationalError("disk full", None, OSError())

        sa.event.listen(sa.orm.Session, "before_commit", commit_that_fails)
        try:
            answer = client.post("/note", data={"csrf_token": token, "text": "a"})
        finally:
            sa.event.remove(sa.orm.Session, "before_commit", commit_that_fails)
        assert answer.status_code == 500
        assert "Kept." not in answer.text
        assert "Kept." not in client.get("/about").text
        assert kept() == []


class TestOpen:
    def test_a_page_that_asks_nothing_opens_no_session(self, app):
        with app.test_request_context("/about"):
            app.preprocess_request()
            app.process_response(app.make_response("ok"))
            from flask import g

            assert "session" not in g

    def test_it_is_one_session_for_the_whole_request_and_closed_after(self, app):
        with app.test_request_context("/about"):
            session = web.session()
            assert web.session() is session
            session.execute(sa.select(notes))
            assert session.in_transaction()
        assert not session.in_transaction()

    def test_a_form_takes_the_write_lock_before_it_reads(self, app):
        with app.test_request_context("/note", method="POST"):
            options = web.session().connection().get_execution_options()
        with app.test_request_context("/about"):
            plain = web.session().connection().get_execution_options()
        assert options.get(db.WRITES)
        assert not plain.get(db.WRITES)
