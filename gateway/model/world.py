"""The world: reference data in the memory of every process (places, alerts, staff, members, settings)."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from gateway.model.alert import Alert, Report
from gateway.model.area import Atlas
from gateway.model.client_report import ClientEntry, Member
from gateway.model.conversation import Conversation
from gateway.model.directory import Directory
from gateway.model.feature import Feature
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Roster, Staff

FULL_ALARM = b"full"
"""the alarm that Redis has no memory for more people"""


class ReadyAnswer(msgspec.Struct, frozen=True):
    """What staff answer to a question about this country's law: the words that the topic has for it."""

    slot: str
    question: str
    words: str


class Topic(msgspec.Struct, frozen=True):
    """One rights topic as a phone shows it."""

    slug: str
    group: str
    title: str
    body: str
    answers: tuple[ReadyAnswer, ...] = ()
    """one for each slot of the topic"""


class World(msgspec.Struct, frozen=True):
    """Reference data in the memory of every process."""

    profile: OrganisationProfile
    atlas: Atlas
    directory: Directory
    alerts: Mapping[bytes, Alert]
    reports: Mapping[bytes, Report]
    roster: Roster
    alarms: Mapping[bytes, str]
    topics: Callable[[str], tuple["Topic", ...]]
    client_entries: Mapping[bytes, ClientEntry] = {}
    """by keyed hash of a number or plate"""
    members: Mapping[bytes, Member] = {}
    """by token of purpose member"""
    conversations: Mapping[bytes, Conversation] = {}
    """by code"""
    features: frozenset[Feature] = frozenset()
    """the features that the organisation turned on"""

    @property
    def is_full(self) -> bool:
        """Whether Redis has no memory for more people, because the rest is reserved for warnings."""
        return FULL_ALARM in self.alarms

    def alert(self, number: int) -> Alert | None:
        return self.alerts.get(str(number).encode())

    def report(self, number: int) -> Report | None:
        return self.reports.get(str(number).encode())

    def alerts_reported_by(self, token: bytes) -> frozenset[int]:
        """Return the numbers of the alerts that this phone (its token of purpose report) reported."""
        reports = self.reports.values()
        return frozenset(r.number for r in reports if any(reporter == token for reporter, _lang in r.reporters))

    def conversation(self, code: str) -> Conversation | None:
        return self.conversations.get(code.encode())

    def conversations_of(self, token: bytes) -> tuple[Conversation, ...]:
        """Return the conversations of this phone (its token of purpose report), oldest first."""
        return tuple(sorted((c for c in self.conversations.values() if c.owner == token), key=lambda c: c.at))

    def live_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Return the live warnings that reach subscribers of these areas, newest first."""
        return [a for a in self.alerts_reaching(areas) if a.is_live(now)]

    def past_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Return the ended warnings of the last days, newest first."""
        return [a for a in self.alerts_reaching(areas) if not a.is_live(now)]

    def alerts_reaching(self, areas: tuple[str, ...]) -> list[Alert]:
        """Return the live and the ended warnings that reach subscribers of these areas, newest first."""
        if not self.alerts:
            return []
        reach = {id_ for area in areas for id_ in self.atlas.audience_areas(area)}
        found = [a for a in self.alerts.values() if a.was_sent and not a.drill and a.area in reach]
        return sorted(found, key=lambda a: a.at, reverse=True)

    def count_subscriptions(self, area: str, subscribers: Mapping[str, int]) -> int:
        """Return the subscriptions to this area and to areas under and above it. A person in two areas counts twice."""
        return sum(subscribers.get(id_, 0) for id_ in self.atlas.audience_areas(area))

    def needs_approval(self, area: str, subscribers: Mapping[str, int]) -> bool:
        """Whether a warning here needs a second person: always, or above a certain audience, as the operator set."""
        return (
            self.profile.approvals > 1 or self.count_subscriptions(area, subscribers) > self.profile.proposal_audience
        )

    def checkers_on_duty(self, area: str, now: float) -> tuple[tuple[Staff, ...], ...]:
        """Return the staff on duty who may be asked to check a report from this area, nearest first, then all senders.

        A person may stand in several of these groups.
        """
        roster, when = self.roster, self.local_time(now)
        areas = (area, *self.atlas.ancestors(area), "")
        groups = (*(roster.verifiers((one,)) for one in areas), roster.senders())
        return tuple(roster.on_duty(people, when) for people in groups)

    def local_time(self, now: float) -> datetime:
        """Return the wall-clock time where the service works, for Unix seconds."""
        return datetime.fromtimestamp(now, self.profile.zone)
