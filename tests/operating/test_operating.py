"""How the house is, for those who run it and for their monitor."""

from __future__ import annotations

from datetime import timedelta

import factories
import pytest
import sqlalchemy as sa
from crawling import Person

from storybank import db
from storybank.backups import drilling
from storybank.clock import now
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.nodes.models import Node
from storybank.operating.rules import WORK
from storybank.people.rules import Role

TOKEN = "a-monitor-of-ours"


@pytest.fixture
def administrator(app, house) -> Person:
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(Role.ADMINISTRATOR, email="admin@example.org")
    return Person(app, "admin@example.org")


@pytest.fixture
def gave_up(house) -> int:
    """Work that failed too often; its number."""
    with db.writing(house.sessions) as session:
        queue.put(session, "search.erase", queue.FIRST, story_id=1)
        session.flush()
        job = session.scalars(sa.select(Job)).one()
        job.attempts, job.failed_at, job.trouble = 8, now(), "OSError"
        return job.id


def figures(app, **headers: str) -> dict[str, float]:
    """What a monitor reads: {name with labels: value}."""
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if line[:1] != "#"]
    return {name: float(value) for name, value in lines}


class TestReady:
    def test_it_says_so_while_the_database_answers(self, app):
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (200, "ready\n")

    def test_it_does_not_where_the_database_is_of_another_release(self, app, house):
        with db.writing(house.sessions) as session:
            session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
            session.execute(sa.text("DELETE FROM serving_head"))
        assert app.test_client().get("/readyz").status_code == 503

    def test_it_does_not_where_the_keys_are_missing(self, app, house):
        house.config.keys_file.unlink()
        assert app.test_client().get("/readyz").status_code == 503


class TestMetrics:
    def test_there_is_no_such_page_without_the_token(self, app, monkeypatch):
        assert app.test_client().get("/metrics").status_code == 404
        monkeypatch.setenv("STORYBANK_METRICS_TOKEN", TOKEN)
        for sent in ("", "Bearer", "Bearer other", f"Bearer {TOKEN}\u00e9"):
            headers = {"Authorization": sent}
            assert app.test_client().get("/metrics", headers=headers).status_code == 404

    def test_a_monitor_reads_requests_work_lag_and_the_age_of_copies(
        self, app, house, monkeypatch, gave_up
    ):
        monkeypatch.setenv("STORYBANK_METRICS_TOKEN", TOKEN)
        app.test_client().get("/about")
        with db.writing(house.sessions) as session:
            factories.Factory(session).story("Told today.")
        drilling.went_well(house.config, now() - timedelta(hours=1), now())
        read = figures(app, Authorization=f"Bearer {TOKEN}")
        about = 'storybank_requests_total{endpoint="web.about",method="GET",status="200"}'
        assert read[about] == 1
        assert read['storybank_jobs_given_up{job="search.erase"}'] == 1
        assert read['storybank_jobs_waiting{job="consent.reconcile"}'] >= 1
        assert read["storybank_index_lag_stories"] == 1
        assert 3_600 <= read["storybank_drill_age_seconds"] < 3_700
        assert not any(name.startswith("storybank_backup_age") for name in read)
        house.runner.drain()
        assert figures(app, Authorization=f"Bearer {TOKEN}")["storybank_index_lag_stories"] == 0


class TestPage:
    def test_an_administrator_sees_work_and_copies_and_tries_again(
        self, administrator, house, gave_up
    ):
        page = administrator.get("/house").text
        assert "Taking a story out of the search index" in page
        assert "OSError" in page
        sent = administrator.post(f"/house/work/{gave_up}/again", on="/house")
        assert sent.status_code == 303
        with house.sessions() as session:
            job = session.get_one(Job, gave_up)
            assert (job.failed_at, job.attempts) == (None, 0)
        assert administrator.post("/house/work/9999/again", on="/house").status_code == 404

    def test_machines_and_what_they_are_at_are_told(self, administrator, app, house, monkeypatch):
        at = now()
        with db.writing(house.sessions) as session:
            head = db.current_and_head(house.engine)[0]
            ago = {"web-1 serve 7": 5, "work-2 work 9": 300}
            for name, seconds in ago.items():
                session.add(Node(
                    name=name, kind=name.split()[1], began_at=at - timedelta(days=1),
                    seen_at=at - timedelta(seconds=seconds), head=head if seconds == 5 else "0001",
                ))  # fmt: skip
            queue.put(session, "mail.send", queue.SOON)
            session.flush()
            job = session.scalars(sa.select(Job)).one()
            job.begun_at, job.begun_by = at, "work-2 work 9"
        page = administrator.get("/house").text
        assert "s ago" in page and "Away for 30" in page and "Another</strong> (0001)" in page
        assert "Sending letters, since" in page and "by work-2 work 9" in page
        monkeypatch.setenv("STORYBANK_METRICS_TOKEN", TOKEN)
        read = figures(app, Authorization=f"Bearer {TOKEN}")
        silent = 'storybank_node_silent_seconds{kind="work",node="work-2 work 9"}'
        assert 300 <= read[silent] < 360
        assert read['storybank_nodes{kind="serve"}'] == 1
        assert read['storybank_nodes{kind="work"}'] == 0
        assert read["storybank_jobs_begun"] == 1

    def test_every_part_is_looked_at_when_asked(self, administrator):
        page = administrator.get("/house", look=1).text
        assert "Consent events:" in page and "Drills:" in page

    def test_nobody_else_may_look(self, app, house):
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.STEWARD, email="steward@example.org")
        assert Person(app, "steward@example.org").get("/house").status_code == 403


def test_all_work_of_the_house_has_plain_words(house):
    names = {*house.runner.handlers, *house.runner.errands.errands, *house.worker.names}
    assert names - set(WORK) == set()
