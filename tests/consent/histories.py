"""Random histories of consent, done through the services, and what the naive rule is told of them.

A batch is many stories at once: the questions are then few statements about all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from consent import naive
from hypothesis import strategies as st

from storybank.consent import asking, holds, parties, passages, pausing, service, third_persons
from storybank.consent.answers import Answer, Change, Mark, Medium, NameStyle, Part, Variant
from storybank.consent.evidence import Proof
from storybank.consent.folding import Span
from storybank.consent.permits import permits
from storybank.consent.purposes import CLAIMS, EIGHT, Purpose
from storybank.consent.rules import Use, explain
from storybank.consent.standing import answers_run_out, states
from storybank.consent.standing_models import StoryStanding
from storybank.consent.terms import midnight
from storybank.consent.wording_models import WordingChange, WordingVersion
from storybank.errors import StorybankError
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Actor, Role
from storybank.stories import writing
from storybank.stories.canon import plain

T0 = datetime(2026, 3, 27, 9)
PROOF = Proof("witness_note", "Said so out loud; Jo Park was there.")
LATER = datetime(2100, 1, 1)
STYLES = (NameStyle.NONE, NameStyle.CHOSEN)
SPANS = (Span(1, 0, 20), Span(1, 10, 20), Span(1, 0, 30), Span(1, 30, 40), Span(2, 0, 20))
PLACES = ("Northbridge Clinic", "northbridge  CLINIC", "Harbour View", "Straße 3", "STRASSE 3")
EVENTS = ("workshop-1", "workshop-2")
SHAS = ("a" * 64, "b" * 64)
TELLER, CO, PARENT, OTHER = "teller", "co", "parent", "other"
WHO = (TELLER, CO, PARENT, OTHER)

ZONES = (
    "Europe/London", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Kolkata",
    "Pacific/Chatham",
)  # fmt: skip
DAYS = (*(date(2026, 3, 26) + timedelta(days=n) for n in range(0, 14, 2)), date(2026, 3, 29))
"""Around the changes of the clocks of 2026: London, Beirut 29 March; Santiago 5 April."""

MIDNIGHTS = sorted({midnight(day, zone) for day in (*DAYS, date(2026, 4, 5)) for zone in ZONES})
EDGES = MIDNIGHTS[:: len(MIDNIGHTS) // 6]
"""A few of them, so that questions are asked at the very second at which an answer ends."""

SECOND = timedelta(seconds=1)

# -- What may happen ------------------------------------------------------------------------------

who = st.sampled_from((TELLER, TELLER, TELLER, CO, CO, PARENT, OTHER))
spans = st.sampled_from(SPANS)
bounds = st.none() | st.none() | st.sampled_from(EDGES)
places = st.lists(st.sampled_from(PLACES), max_size=2)
changes = st.sampled_from((None, None, Change.YES, Change.SHOW, Change.NO))
all_yes = st.just(dict.fromkeys(EIGHT, Answer.YES))
all_ask = st.just(dict.fromkeys(EIGHT, Answer.ASK) | {Purpose.KEEP: Answer.YES})
some = st.dictionaries(
    st.sampled_from(EIGHT),
    st.sampled_from((Answer.YES, Answer.YES, Answer.ASK, Answer.NO)),
    max_size=5,
)
terms = st.fixed_dictionaries(
    {
        "not_for": st.none() | places,
        "media": st.none() | st.none() | st.sets(st.sampled_from((Medium.WORDS, Medium.VOICE))),
        "shorten": changes,
        "translate": changes,
        "name_style": st.sampled_from((None, None, *STYLES)),
        "name_ref": st.sampled_from((None, None, 1, 2)),
    }
)
plain_terms = st.fixed_dictionaries({"shorten": changes, "translate": changes})
openings = st.tuples(
    st.just("give"), st.just(TELLER), all_yes | all_yes | all_ask | some, st.none(), st.none(),
    plain_terms | terms,
)  # fmt: skip
gives = st.tuples(
    st.just("give"), who, all_yes | all_ask | some | some, bounds, bounds, terms | plain_terms
)
keeps = st.tuples(
    st.just("give"), who, st.sampled_from((Answer.YES, Answer.NO)).map(lambda a: {Purpose.KEEP: a}),
    bounds, bounds, plain_terms,
)  # fmt: skip
details = st.tuples(
    st.just("give"), st.just(TELLER), st.just({}), st.none(), st.none(), terms | plain_terms
)
stops = st.tuples(
    st.just("stop"), who, st.sets(st.sampled_from(EIGHT), min_size=1, max_size=2)
)  # fmt: skip
simple = st.tuples(st.sampled_from(("pause", "resume", "resume", "resume")), who)
erasures = st.tuples(st.just("erase"), who)
marks = st.tuples(st.just("mark"), who, spans, st.sampled_from((Mark.LEAVE_OUT, Mark.ASK_FIRST)))
unmarks = st.tuples(st.just("unmark"), who, spans)
transcripts = st.tuples(
    st.sampled_from(("transcribed", "read back", "read back")), who, st.sampled_from((1, 2))
)
ROLES = {
    CO: (Part.CO_TELLER, Part.CO_TELLER, Part.SUPPORTER),
    PARENT: (Part.PARENT, Part.PARENT, Part.ATTORNEY),
    OTHER: (Part.CONSULTEE, Part.SUBJECT, Part.CO_TELLER),
}
joins = st.sampled_from((CO, CO, PARENT, OTHER)).flatmap(
    lambda one: st.tuples(
        st.just("join"), st.just(one), st.sampled_from(ROLES[one]), st.sampled_from(("", "REC 1"))
    )
)
leaves = st.tuples(st.just("leave"), st.sampled_from((CO, PARENT, OTHER)))
notes = st.tuples(
    st.sampled_from(("cannot decide", "under 16")), st.sampled_from((TELLER, CO)), st.booleans()
)
lead = st.sampled_from((0, 1))
held = st.tuples(st.just("hold"), lead, st.none() | spans)
closings = st.tuples(st.just("close"), st.integers(0, 2))
thirds = st.tuples(
    st.just("third"), st.sampled_from((True, True, False)), st.sampled_from((False, False, True)),
    st.sets(spans, max_size=2),
)  # fmt: skip
decisions = st.tuples(
    st.just("decide"), st.integers(0, 2), st.sampled_from(("names changed", "exempt", "undecided"))
)
asks = st.tuples(
    st.just("ask"),
    st.sampled_from((Purpose.WORKSHOP, Purpose.TEACH, Purpose.DECIDE, Purpose.PUBLIC)),
    spans,
    st.sampled_from((Variant.ORIGINAL, Variant.ORIGINAL, Variant.SHORTENED, Variant.TRANSLATED)),
    st.sampled_from(SHAS),
    st.sampled_from(EVENTS),
    places,
    st.lists(st.tuples(st.sampled_from((TELLER, CO, PARENT)), st.booleans() | st.just(True)),
             max_size=4),
)  # fmt: skip
agreed = st.tuples(
    st.just("ask"), st.sampled_from((Purpose.WORKSHOP, Purpose.TEACH)),
    st.sampled_from(SPANS[:3]), st.sampled_from(tuple(Variant)), st.sampled_from(SHAS),
    st.just(EVENTS[0]), st.just([]), st.just([(TELLER, True), (CO, True), (PARENT, True)]),
)  # fmt: skip
acts = st.one_of(
    gives, gives, keeps, details, details, stops, simple, marks, marks, unmarks, transcripts,
    joins, joins, leaves, notes, held, closings, thirds, decisions, asks, agreed, agreed, agreed,
    erasures,
)  # fmt: skip
shown_first = {
    "not_for": None, "media": None, "shorten": Change.SHOW, "translate": Change.SHOW,
    "name_style": None, "name_ref": None,
}  # fmt: skip
to_be_asked = st.tuples(
    st.just("give"), st.just(TELLER), all_ask, st.none(), bounds, st.just(shown_first)
)
approvals = st.tuples(to_be_asked, agreed, details | acts, st.lists(acts, max_size=3)).map(
    lambda four: [*four[:3], *four[3]]
)
"""Histories in which somebody was asked and said yes, and then something changed, or not."""

general = st.tuples(openings, st.lists(acts, max_size=9)).map(lambda two: [two[0], *two[1]])
histories = approvals | general | general | general
meanings = st.lists(
    st.tuples(st.sampled_from(("study", "workshop", "who")), st.integers(0, 10)),
    max_size=2,
    unique=True,
)

# -- What may be asked ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Context:
    """All of a question but the story, the part and what the words are wanted for."""

    at: datetime
    audience: tuple[str, ...] = ()
    works_at: tuple[str, ...] = ()
    event: str = ""
    medium: Medium = Medium.WORDS
    variant: Variant = Variant.ORIGINAL
    sha: str = ""
    account: int = 0
    """Which of the two who lead holds."""
    who: str = TELLER


Act = tuple[Any, ...]


def both(two: tuple[datetime, timedelta]) -> datetime:
    return two[0] + two[1]


days = st.integers(0, 12).map(lambda number: T0 + timedelta(days=number))
seconds = st.sampled_from((-SECOND, 0 * SECOND, SECOND))
grace_ends = st.integers(0, 10).map(lambda number: T0 + timedelta(days=60 + number, hours=6))
edges = st.tuples(st.sampled_from(EDGES) | grace_ends, seconds).map(both)
moments = days | edges | edges
contexts = st.builds(
    Context,
    at=moments,
    audience=places.map(tuple),
    works_at=st.sampled_from(((), (), ("Harbour View",))),
    event=st.sampled_from(("", *EVENTS)),
    medium=st.sampled_from((Medium.WORDS, Medium.WORDS, Medium.VOICE)),
    variant=st.sampled_from((Variant.ORIGINAL, Variant.ORIGINAL, *Variant)),
    sha=st.sampled_from(SHAS),
    account=lead,
    who=st.sampled_from(WHO),
)


ASKED = sa.Table(
    "asked_part", sa.MetaData(), sa.Column("version", sa.Integer), sa.Column("start", sa.Integer),
    sa.Column("end", sa.Integer), prefixes=["TEMPORARY"],
)  # fmt: skip


# -- Doing it -------------------------------------------------------------------------------------


@dataclass
class Told:
    """A story, and what the naive rule is told of it."""

    story_id: int
    acts: naive.Acts = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=lambda: {"hold": [], "third": []})
    asked: set[tuple[Purpose, Context]] = field(default_factory=set)


class Stage:
    """Stories and people that one batch after the other is played with."""

    def __init__(self, a: Any, stories: int) -> None:
        self.session = a.session
        self.stewards = [a.actor(Role.STEWARD), a.actor(Role.STEWARD)]
        people = [Person(created_at=T0) for _ in WHO]
        self.session.add_all(people)
        self.session.flush()
        # The first teller's number is the highest: nothing may rest on the order of numbers.
        self.people = dict(zip(WHO, sorted((one.id for one in people), reverse=True), strict=True))
        use = Use.claim(MACHINE, Purpose.TAKE_IN, T0)
        self.story_ids = [
            writing.take_in(
                self.session, use, plain(f"A made-up text, number {n}, of some words more."),
                "Made up", person_id=self.people[TELLER], external_id=f"stage-{n}",
            ).id
            for n in range(stories)
        ]  # fmt: skip
        self.session.execute(sa.schema.CreateTable(ASKED))
        self.session.execute(sa.insert(ASKED), [vars(span) for span in SPANS])

    def play(self, batch: list[list[Act]], meaning: list[tuple[str, int]]) -> list[Told]:
        """Do all this, and tell what was done; new meanings of questions are for all stories."""
        told = [Told(story_id) for story_id in self.story_ids[: len(batch)]]
        changed = [(code, T0 + timedelta(days=days, hours=6)) for code, days in meaning]
        for day in range(max(map(len, batch))):
            for story, history in zip(told, batch, strict=True):
                # A story begins with its first teller's word, or with nothing.
                for act in history[day : day + 1] if story.acts or not day else ():
                    self._try(story, act, T0 + timedelta(days=day))
            today = (T0 + timedelta(days=day)).date()
            for code, at in changed:
                if at.date() == today:
                    self._change_meaning(code, at)
        last = T0 + timedelta(days=max(map(len, batch)))
        for story in told:
            for code, at in changed:
                if at > last:
                    continue
                uses = [use.value for use in EIGHT] if code == "who" else [code]
                story.acts += [("meaning", use, at) for use in uses]
        return told

    def _try(self, told: Told, act: tuple[Any, ...], at: datetime) -> None:
        try:
            with self.session.begin_nested():
                done = list(getattr(self, "_" + act[0].replace(" ", "_"))(told, at, *act[1:]))
        except StorybankError:
            return
        told.acts += done

    def _give(self, told, at, who, answers, since, until, more) -> Iterator[tuple[Any, ...]]:
        person = self.people[who]
        service.give(
            self.session, MACHINE, told.story_id, person, answers, PROOF, "paper", since=since,
            until=until, at=at, **more,
        )  # fmt: skip
        words = {use.value: answer.value for use, answer in answers.items()}
        media = more.get("media")
        yield ("give", person, at, words, since, until, {
            "not_for": more.get("not_for"),
            "media": None if media is None else [medium.value for medium in media],
            "shorten": more["shorten"], "translate": more["translate"],
            "style": more.get("name_style"), "ref": more.get("name_ref"),
        })  # fmt: skip

    def _stop(self, told, at, who, uses):
        person = self.people[who]
        service.stop(self.session, MACHINE, told.story_id, person, uses, "phone", at=at)
        yield ("stop", person, at, [use.value for use in uses])

    def _pause(self, told, at, who):
        person = self.people[who]
        pausing.pause(self.session, MACHINE, told.story_id, person, "phone", at=at)
        yield ("pause", person, at)

    def _resume(self, told, at, who):
        person = self.people[who]
        pausing.resume(self.session, MACHINE, told.story_id, person, PROOF, "phone", at=at)
        yield ("resume", person, at)

    def _erase(self, told, at, who):
        person = self.people[who]
        pausing.request_erasure(self.session, MACHINE, told.story_id, person, "phone", at=at)
        yield ("erase", person, at)

    def _mark(self, told, at, who, span, mark):
        person = self.people[who]
        passages.mark_passage(
            self.session, MACHINE, told.story_id, person, span, mark, "web", at=at
        )
        yield ("mark", person, at, part(span), mark.value)

    def _unmark(self, told, at, who, span):
        person = self.people[who]
        passages.unmark_passage(
            self.session, MACHINE, told.story_id, person, span, PROOF, "web", at=at
        )
        yield ("unmark", person, at, part(span))

    def _transcribed(self, told, at, who, version):
        person = self.people[who]
        passages.transcribed(
            self.session, MACHINE, told.story_id, person, version, 40, "phone", at=at
        )
        yield ("transcribed", person, at, version)

    def _read_back(self, told, at, who, version):
        person = self.people[who]
        passages.confirm_read_back(
            self.session, MACHINE, told.story_id, person, version, 40, PROOF, "phone", at=at
        )
        yield ("read back", person, at, version)

    def _join(self, told, at, who, role, approval):
        person = self.people[who]
        parties.join(
            self.session, MACHINE, told.story_id, person, role, PROOF, "paper",
            approval=approval, at=at,
        )  # fmt: skip
        yield ("join", person, at, role.value, approval)

    def _leave(self, told, at, who):
        person = self.people[who]
        parties.leave(self.session, MACHINE, told.story_id, person, "paper", at=at)
        yield ("leave", person, at)

    def _cannot_decide(self, told, at, who, whether):
        person = self.people[who]
        parties.note_capacity(self.session, MACHINE, told.story_id, person, whether, PROOF, at=at)
        yield ("cannot decide", person, at, whether)

    def _under_16(self, told, at, who, whether):
        person = self.people[who]
        parties.note_age(self.session, MACHINE, told.story_id, person, whether, at=at)
        yield ("under 16", person, at, whether)

    def _hold(self, told, at, lead, span):
        steward = self.stewards[lead]
        hold = holds.open_hold(
            self.session, steward, told.story_id, "legal", "A made-up reason", date(2099, 1, 1),
            span=span,
        )  # fmt: skip
        told.numbers["hold"].append(hold.id)
        yield ("hold", hold.id, steward.account_id, span and part(span))

    def _close(self, told, at, n):
        for steward in self.stewards:
            for hold in holds.open_holds(self.session, steward):
                if hold.id in told.numbers["hold"][n : n + 1]:
                    holds.close_hold(self.session, steward, hold.id)
                    yield ("close", hold.id)

    def _third(self, told, at, identifiable, throughout, spans):
        third = third_persons.register(
            self.session, self.stewards[0], told.story_id, "Somebody", parts=spans,
            identifiable=identifiable, throughout=throughout,
        )  # fmt: skip
        told.numbers["third"].append(third.id)
        yield ("third", third.id, identifiable, throughout, tuple(map(part, spans)))

    def _decide(self, told, at, n, outcome):
        for number in told.numbers["third"][n : n + 1]:
            third_persons.decide(
                self.session, self.stewards[0], number, outcome, "told", "A made-up reason"
            )
            yield ("decide", number, outcome != "undecided")

    def _ask(self, told, at, purpose, span, variant, sha, event, audience, answers):
        context = Context(at, tuple(audience), (), event, Medium.WORDS, variant, sha)
        use = self.use(purpose, context)
        request = asking.ask(
            self.session, use, told.story_id, span, sha, event_title="A made-up event",
            audience=audience, answer_by=LATER,
        )  # fmt: skip
        yield (
            "asked", request.id, part(span), sha, variant.value, purpose.value, event,
            tuple(audience), (request.name_style, request.name_ref),
        )  # fmt: skip
        told.asked.add((purpose, context))
        told.asked.add((purpose, replace(context, audience=(*audience, "Nowhere Hall"))))
        told.asked.add((purpose, replace(context, sha=SHAS[1 - SHAS.index(sha)])))
        told.asked.add((purpose, replace(context, at=T0 + timedelta(days=20))))
        for who, yes in answers:
            answer = Answer.YES if yes else Answer.NO
            try:
                with self.session.begin_nested():
                    asking.answer_ask(
                        self.session, MACHINE, request.id, self.people[who], answer, PROOF, "web",
                        at=at,
                    )  # fmt: skip
            except StorybankError:
                continue
            yield ("answer", self.people[who], at, request.id, answer.value)

    def _change_meaning(self, code: str, at: datetime) -> None:
        """What publishing new words does, at a moment of the past."""
        made = [
            WordingVersion(
                code=code, version=f"{at:%d}-{which}", language="xx", format="standard",
                text="Made up", sha256="0" * 64, published_at=at,
            )
            for which in ("old", "new")
        ]  # fmt: skip
        self.session.add_all(made)
        self.session.flush()
        self.session.add(
            WordingChange(
                code=code, old_id=made[0].id, new_id=made[1].id, meaning_changed=True,
                published_at=at,
            )
        )  # fmt: skip
        self.session.flush()
        answers_run_out(self.session, [code], at)

    # -- Asking -----------------------------------------------------------------------------------

    def use(self, purpose: Purpose, context: Context) -> Use:
        role = next(role for role in Role if purpose in CLAIMS.get(role, ()))
        steward = self.stewards[context.account]
        account = None if role is Role.MACHINE else steward.account_id
        actor = Actor(
            account, self.people[context.who], frozenset({role}), "x", frozenset(context.works_at)
        )
        use = Use.claim(actor, purpose, context.at).before(context.audience, context.event)
        return Use(
            actor, purpose, context.at, use.audience, use.event, context.medium, context.variant,
            context.sha,
        )  # fmt: skip

    def by_sql(self, use: Use) -> set[tuple[int, Span | None]]:
        """(story, part) of everything the SQL rule lets through; part None is the whole story."""
        story_id = StoryStanding.story_id
        mine = story_id.in_(self.story_ids)
        whole = self.session.scalars(sa.select(story_id).where(mine, permits(use, story_id)))
        found: set[tuple[int, Span | None]] = {(number, None) for number in whole}
        place = ASKED.c
        for number, *span in self.session.execute(
            sa.select(story_id, place.version, place.start, place.end)
            .join_from(StoryStanding, ASKED, sa.true())
            .where(mine, permits(use, story_id, place))
        ):
            found.add((number, Span(*span)))
        return found

    def differences(
        self, told: list[Told], purpose: Purpose, context: Context, tally: dict[str, int]
    ) -> Iterator[str]:
        """Every part of every story about which the three do not agree."""
        use = self.use(purpose, context)
        allowed = self.by_sql(use)
        by_story = self.states
        naive_question = naive.Question(
            purpose.value, context.at, None, context.audience, context.works_at, context.event,
            context.medium.value, context.variant.value, context.sha,
            use.actor.account_id or 0, self.people[context.who],
        )  # fmt: skip
        for story in told:
            state = by_story.get(story.story_id)
            if state is None:
                # Nothing was ever said, so there is nothing to explain.
                if {span for number, span in allowed if number == story.story_id}:
                    yield f"{purpose}: SQL allows a story that nobody has said anything of"
                continue
            for span in (None, *SPANS):
                question = naive.Question(**{**vars(naive_question), "part": span and part(span)})
                said = naive.answer(story.acts, self.people[TELLER], question)
                decision = explain(state, use, span)
                explained = "allow" if decision.allowed else "ask" if decision.asks else "deny"
                sql = (story.story_id, span) in allowed
                tally[said] = tally.get(said, 0) + 1
                if said != explained or sql != (said == "allow"):
                    yield (
                        f"{purpose} {span}: naive {said}, explained {explained}, SQL {sql}\n"
                        f"  {question}\n  " + "\n  ".join(map(str, story.acts)) + f"\n  {state}"
                    )

    def read_states(self) -> None:
        self.states = states(self.session, self.story_ids)


def part(span: Span) -> naive.Part:
    return (span.version, span.start, span.end)
