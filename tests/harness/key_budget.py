"""Counts the keys from dialling to each goal, through the real menus: `python -m tests.harness.key_budget`.

A key is one answer sent: 98 counts, typed words count as one. Answers to the list of languages and to the question for
the PIN do not. A choice is pressed only where the phone has shown its line. Only where the keys were told before, they
are pressed ahead, on the screens that take them.
"""

import heapq
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Final

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.intents import Intent
from gateway.model.world import World
from menus.engine import paging
from menus.engine.engine import Engine
from menus.engine.session import Session
from tests.harness import budget_town
from tests.harness.catalogs import SPOKEN, own_topics, shipped

MOST_KEYS: Final = 20
"""where the search ends"""
_CHOICE: Final = re.compile(r"^(\d+)\. ", re.MULTILINE)
Reached = Callable[[Session, tuple[Intent, ...]], bool]


@dataclass(frozen=True)
class Goal:
    """What a person dials for. `through`: the modules of the screens on the way. `typed`: words that may be typed."""

    name: str
    budget: int
    through: frozenset[str]
    typed: tuple[str, ...]
    reached: dict[str, Reached]
    """for each thing that a person may want, whether it is reached; the farthest counts"""
    has_pin: bool = False
    is_told: bool = False
    """whether the caller was told the keys, by the screen that began a safe call or by a card, and may press ahead"""


@dataclass(frozen=True)
class State:
    """A session, the choices that the phone has shown on this screen, and the keys that led here."""

    session: Session
    shown: frozenset[int]
    keys: tuple[str, ...] = ()

    @property
    def place(self) -> Hashable:
        at = self.session
        args = tuple(sorted(at.location.args.items()))
        return at.location.screen, args, at.page_starts[-1], len(self.shown), at.grants, at.text


def shown_in(session: Session) -> frozenset[int]:
    numbers = (int(number) for number in _CHOICE.findall(session.reply.removeprefix("CON ").removeprefix("END ")))
    return frozenset(number for number in numbers if 1 <= number <= len(session.choices))


class Search:
    """Finds the fewest keys from home in one language."""

    def __init__(self, code: str, town: World) -> None:
        self._code, self._town = code, town
        self._engine = Engine({one.code: one.translator for one in shipped()})

    def fewest(self, goal: Goal) -> dict[str, tuple[str, ...]]:
        """Return the keys to each thing of the goal. What is not found is missing."""
        found: dict[str, tuple[str, ...]] = {}
        order, seen = count(), set()
        start = self._dial(goal)
        waiting = [(0, next(order), start)]
        while waiting and len(found) < len(goal.reached):
            cost, _order, state = heapq.heappop(waiting)
            if state.place in seen or cost > MOST_KEYS:
                continue
            seen.add(state.place)
            for key, spent in self._answers(state, goal):
                after, did = self._engine.press_keys(state.session, (key,), lambda now: self._caller(goal, now))
                if after.location.screen.partition(".")[0] not in goal.through:
                    continue
                turned = key == paging.MORE_KEY and after.location == state.session.location
                then = State(after, shown_in(after) | (state.shown if turned else frozenset()), (*state.keys, key))
                for name, is_reached in goal.reached.items():
                    if name not in found and is_reached(after, did):
                        found[name] = then.keys
                heapq.heappush(waiting, (cost + spent, next(order), then))
        return found

    def _dial(self, goal: Goal) -> State:
        session, _did = self._engine.start_session(Session(), None, lambda now: self._caller(goal, now))
        languages = [choice.link.args.get("lang") for choice in session.choices]
        key = str(languages.index(self._code) + 1)
        session, _did = self._engine.press_keys(session, (key,), lambda now: self._caller(goal, now))
        return State(session, shown_in(session))

    def _caller(self, goal: Goal, session: Session) -> Caller:
        caller = budget_town.stranger(session.lang or self._code, self._town)
        return budget_town.goes_out(session, caller) if goal.has_pin else caller

    def _answers(self, state: State, goal: Goal) -> Iterator[tuple[str, int]]:
        """Yield each answer that a person could give here, and how many keys it counts."""
        at = state.session
        if at.ended:
            return
        if at.location.screen == "pin.pin":
            yield budget_town.PIN, 0
            return
        if at.next_page_start is not None:
            yield paging.MORE_KEY, 1
        known = range(1, at.choices_seen + 1) if goal.is_told else sorted(state.shown)
        yield from ((str(number), 1) for number in known)
        if at.answer_link:
            yield from ((words, 1) for words in goal.typed)


def _does(intent: type[Intent], **fields: object) -> Reached:
    def reached(_session: Session, did: tuple[Intent, ...]) -> bool:
        return any(
            isinstance(one, intent) and all(getattr(one, name) == value for name, value in fields.items())
            for one in did
        )

    return reached


def _each_area(intent: type[Intent], **fields: object) -> dict[str, Reached]:
    return {area: _does(intent, area=area, **fields) for area in budget_town.AREAS}


def _shows_alert(area: str) -> Reached:
    """Whether the phone shows a line marked with a live alert of this area."""

    def reached(session: Session, _did: tuple[Intent, ...]) -> bool:
        marked = [c.link.args for c in map(session.choices.__getitem__, _places(session)) if c.label.startswith("! ")]
        return any(area in (args.get("area"), budget_town.ALERTS.get(args.get("number"))) for args in marked)

    return reached


def _places(session: Session) -> list[int]:
    return [number - 1 for number in shown_in(session)]


def _shows_topic(slug: str) -> Reached:
    return lambda session, _did: session.location.screen == "rights.topic" and session.location.args["slug"] == slug


def goals(code: str) -> tuple[Goal, ...]:
    """Return the goals with their budgets."""
    area, plain = (budget_town.TYPED,), ("home", "areas")
    titles = tuple(topic.title for topic in own_topics(code))
    return (
        Goal("SOS", 3, _via("talk", "sos"), (), {"": _does(intents.RaiseSos)}),
        Goal("end a safe call", 3, _via("pin", "talk", "safe_call"), (), {"": _does(intents.EndSafeCall)}, True, True),
        Goal("live warnings", 2, _via("alerts", *plain), area, {one: _shows_alert(one) for one in budget_town.AREAS}),
        Goal("join", 5, _via("alerts", *plain), area, _each_area(intents.Subscribe)),
        Goal("report", 5, _via("reports", *plain), area, _each_area(intents.SubmitReport, kind="raid")),
        Goal("care", 7, _via("health", *plain), area, _each_area(intents.CreateReferral, need="hurt")),
        Goal("rights topic", 4, _via("rights"), titles, {t.slug: _shows_topic(t.slug) for t in own_topics(code)}),
        Goal("stop", 3, _via("settings"), (), {"": _does(intents.Unsubscribe)}, is_told=True),
    )


def _via(*modules: str) -> frozenset[str]:
    return frozenset({"home", *modules})


@dataclass(frozen=True)
class Worst:
    """The farthest thing of a goal in one language, and the keys to it; no keys: not found."""

    goal: Goal
    code: str
    thing: str
    keys: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(key != budget_town.PIN for key in self.keys) if self.keys else MOST_KEYS + 1


@cache
def count_keys(code: str) -> tuple[Worst, ...]:
    """Return the worst of each goal in one language."""
    search = Search(code, budget_town.build_world())
    counted = []
    for goal in goals(code):
        found = search.fewest(goal)
        each = [Worst(goal, code, thing, found.get(thing, ())) for thing in goal.reached]
        counted.append(max(each, key=lambda one: one.count))
    return tuple(counted)


def table() -> str:
    """Return a line for each goal: its budget, the worst in each language, and the keys of the worst of all."""
    lines = [f"{'goal':16} {'most':>4}  " + " ".join(f"{code[:2]:>3}" for code in SPOKEN) + "  keys of the worst"]
    for worsts in zip(*(count_keys(code) for code in SPOKEN), strict=True):
        far = max(worsts, key=lambda one: one.count)
        counts = " ".join(f"{one.count:>3}" for one in worsts)
        lines.append(f"{far.goal.name:16} {far.goal.budget:>4}  {counts}  {far.code} {far.thing}: {' '.join(far.keys)}")
    return "\n".join(lines)


def main() -> None:
    print(table())


if __name__ == "__main__":
    main()
