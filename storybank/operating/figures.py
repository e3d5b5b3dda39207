"""Figures of the house for a monitor, read from the database when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from storybank.backups import drilling, making
from storybank.clock import now
from storybank.consent.epoch import epoch
from storybank.mail import reading as mail
from storybank.operating import machines, work
from storybank.search.derivative import SearchIndex

Sessions = Callable[[], AbstractContextManager[Session]]


class Figures(Collector):
    """What stands in the database at each asking."""

    def __init__(self, sessions: Sessions, index: SearchIndex, home: Path) -> None:
        self.sessions, self.index, self.home = sessions, index, home

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self.sessions() as session:
            yield from self._of_work(session)
            lag = GaugeMetricFamily(
                "storybank_index_lag_stories", "Stories that searches do not know yet as they are."
            )
            lag.add_metric([], self.index.lag(session))
            yield lag
            stamp = GaugeMetricFamily(
                "storybank_consent_epoch",
                "Another number whenever a choice changed.",
            )
            stamp.add_metric([], epoch(session))
            yield stamp
            letters = GaugeMetricFamily(
                "storybank_mail_messages", "Letters by how far they are.", labels=["state"]
            )
            for state, count in mail.counts(session).items():
                letters.add_metric([state.value], count)
            yield letters
            yield from self._of_machines(session)
            backup, drill = making.last(self.home, session), drilling.last(self.home, session)
        yield self._since("storybank_backup_age_seconds", "the last good backup", backup)
        yield self._since("storybank_drill_age_seconds", "the last good drill", drill)

    def _of_work(self, session: Session) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("storybank_jobs_waiting", "Promised work.", labels=["job"])
        oldest = GaugeMetricFamily(
            "storybank_jobs_oldest_seconds", "How long due work has waited.", labels=["job"]
        )
        lost = GaugeMetricFamily("storybank_jobs_given_up", "Work that failed.", labels=["job"])
        for kind in work.kinds(session):
            waiting.add_metric([kind.name], kind.waiting)
            oldest.add_metric([kind.name], kind.oldest)
            lost.add_metric([kind.name], kind.given_up)
        stops = GaugeMetricFamily(
            "storybank_stops_waiting", "Stops, true already, whose copies are still to be cleaned."
        )
        stops.add_metric([], work.stops_waiting(session))
        since = GaugeMetricFamily(
            "storybank_stops_oldest_seconds", "How long the oldest of those stops has waited."
        )
        since.add_metric([], work.oldest_stop(session))
        begun = GaugeMetricFamily("storybank_jobs_begun", "Work that somebody is at.")
        begun.add_metric([], len(machines.being_done(session)))
        coming = GaugeMetricFamily("storybank_intakes_open", "Intakes of files that are not done.")
        coming.add_metric([], len(machines.coming_in(session)))
        yield from (waiting, oldest, lost, stops, since, begun, coming)

    def _of_machines(self, session: Session) -> Iterator[GaugeMetricFamily]:
        seen = GaugeMetricFamily(
            "storybank_node_silent_seconds",
            "How long a program of the house was not heard of.",
            labels=["node", "kind"],
        )
        alive: Counter[str] = Counter()
        for machine in machines.machines(session):
            seen.add_metric([machine.name, machine.kind], machine.silent)
            alive[machine.kind] += not machine.away
        count = GaugeMetricFamily(
            "storybank_nodes", "Programs of the house that were heard of lately.", labels=["kind"]
        )
        for kind, number in sorted(alive.items()):
            count.add_metric([kind], number)
        yield from (seen, count)

    def _since(self, name: str, what: str, at: datetime | None) -> GaugeMetricFamily:
        family = GaugeMetricFamily(name, f"Seconds since {what}; none where there was none.")
        if at is not None:
            family.add_metric([], (now() - at).total_seconds())
        return family


def text(counted: CollectorRegistry, figures: Figures) -> bytes:
    """All of it in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(figures)
    return generate_latest(counted) + generate_latest(registry)
