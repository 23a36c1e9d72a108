"""Who is calling and what the world looks like, as one frozen snapshot: all a screen may know."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from gateway.model.alert import Alert, Report
from gateway.model.area import Atlas
from gateway.model.care import Asked, Care, Trust
from gateway.model.client import Listed, Member, Sought
from gateway.model.directory import Directory
from gateway.model.feature import Feature
from gateway.model.helper import Helper
from gateway.model.outing import Outing
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.model.staff import Roster, Staff
from gateway.model.subscription import Subscription
from gateway.model.tariff import Tariff
from gateway.wording import Translator


class House(msgspec.Struct, frozen=True):
    """What the operator set that shows on phones."""

    name: str
    service_code: str
    hotline: str
    languages: tuple[tuple[str, str], ...]
    """code and own name, in order"""
    zone: ZoneInfo
    approvals: int
    proposal_audience: int
    free_to_dial: bool
    alert_seconds: int
    alert_longest: int
    keep_alert: int
    helpers: tuple[Helper, ...] = ()
    tariff: Tariff = Tariff()
    voices: tuple[Translator, ...] = ()
    """what is said in each language: for what a text costs at most"""
    police: str = ""
    """whom responders may ring where somebody asks for it; empty: nobody"""
    told_pause: int = 600
    """seconds within which trusted people are told the same once"""
    region: str = "KE"
    """how typed numbers are read (ISO 3166)"""
    shares_lists: bool = False
    """what members tell of clients goes to other organisations, as keyed hashes"""
    own_quiet: str = ""
    """the night hours in which somebody may choose to get no texts, `23:00-06:00`; none: not offered"""


FULL = b"full"
"""the alarm that says so"""


class World(msgspec.Struct, frozen=True):
    """Reference data that every process holds in memory."""

    house: House
    atlas: Atlas
    directory: Directory
    alerts: Mapping[bytes, Alert]
    reports: Mapping[bytes, Report]
    words: Mapping[bytes, str]
    roster: Roster
    alarms: Mapping[bytes, str]
    topics: Callable[[str], tuple["Topic", ...]]
    clients: Mapping[bytes, Listed] = {}
    """by keyed hash of a number or plate"""
    enrolled: Mapping[bytes, Member] = {}
    """by token of purpose member"""
    features: frozenset[Feature] = frozenset()
    """what the organisation turned on"""

    @property
    def full(self) -> bool:
        """Redis has no room for more people; what is left is for warnings."""
        return FULL in self.alarms

    def case(self, number: int) -> Alert | None:
        return self.alerts.get(str(number).encode())

    def report(self, number: int) -> Report | None:
        return self.reports.get(str(number).encode())

    def live_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Live warnings that reach anyone in these areas, newest first."""
        return [a for a in self._reaching(areas) if a.live(now)]

    def past_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Warnings of the last days that are over, newest first."""
        return [a for a in self._reaching(areas) if not a.live(now)]

    def _reaching(self, areas: tuple[str, ...]) -> list[Alert]:
        if not self.alerts:
            return []
        reach = {id_ for area in areas for id_ in self.atlas.audience_areas(area)}
        found = [a for a in self.alerts.values() if a.warned and not a.drill and a.area in reach]
        return sorted(found, key=lambda a: a.at, reverse=True)

    def reach(self, area: str, members: Mapping[str, int]) -> int:
        """Opt-ins to this area, what lies under it and above it; somebody in two of them counts twice."""
        return sum(members.get(id_, 0) for id_ in self.atlas.audience_areas(area))

    def needs_second(self, area: str, members: Mapping[str, int]) -> bool:
        """Where two are asked for any warning, and always above a set audience."""
        return self.house.approvals > 1 or self.reach(area, members) > self.house.proposal_audience

    def local(self, now: float) -> datetime:
        """Wall-clock time where the service works."""
        return datetime.fromtimestamp(now, self.house.zone)


class Secrets:
    """Says whether a typed secret is the right one, without giving it out. This one knows none."""

    def own_pin(self, typed: str) -> bool:
        return False

    def duress(self, typed: str) -> bool:
        return False

    def asked(self, e164: str, care: Care | None) -> Asked:
        """Not a secret typed, but one looked up: may this number be asked to be a contact?"""
        return Asked.NEVER

    def staff_pin(self, typed: str) -> bool:
        return False

    def sought(self, typed: str) -> Sought | None:
        """A client's number or plate in keyed hashes; None where it is neither. `phone`, `plate`: only that."""
        return None

    def phone(self, typed: str) -> Sought | None:
        return None

    def plate(self, typed: str) -> Sought | None:
        return None

    def one_use_code(self, typed: str) -> bool:
        return False

    def activation_code(self, typed: str) -> bool:
        return False


class Topic(msgspec.Struct, frozen=True):
    """One rights topic as a phone shows it."""

    slug: str
    group: str
    title: str
    body: str


class Caller(msgspec.Struct, frozen=True):
    """The person at the phone, at this turn. `now` in Unix seconds."""

    now: int
    lang: str
    world: World
    subscription: Subscription | None = None
    staff: Staff | None = None
    proven: bool = False
    """the staff PIN was given in this session"""
    opened: bool = True
    """nothing is behind the caller's own PIN, or it was given"""
    empty: bool = False
    """a wrong PIN was given: an account that holds nothing is shown, and knows none of her codes"""
    feigned: bool = False
    """a stranger who was shown an empty account set a PIN of their own: it seems to be taken"""
    second_code: bool = False
    """where something is ended, one of two codes is asked for"""
    held_by_code: bool = False
    """something runs that only a code of hers ends: no other word does"""
    care: Care | None = None
    """what she left with us for her safety"""
    trust: Trust = Trust()
    """who asked this phone to be told about them"""
    sos: Sos | None = None
    """she calls for help"""
    calls: Mapping[str, Sos] = {}
    """those of others, by code; filled for staff who answer them"""
    outing: Outing | None = None
    """she is out, and left a note"""
    member: Member | None = None
    """among those who warn each other of clients"""
    look_until: int = 0
    """looks nobody up before then (Unix seconds)"""
    visits: tuple[Referral, ...] = ()
    """this caller's own"""
    visitors: tuple[Referral, ...] = ()
    """those sent to the clinic whose phone this is"""
    paused: bool = False
    """made a report a short while ago"""
    sent_enough: bool = False
    """has as many visits open as one phone may have"""
    called_often: bool = False
    """called for help and took it back, again and again: the next one waits for a minute"""
    said_enough: bool = False
    """left as many words to us, for now, as one phone may leave"""
    own_reports: frozenset[int] = frozenset()
    """cases this caller reported"""
    members: Mapping[str, int] = {}
    """how many opted in to each area; filled for staff only"""
    people: Mapping[str, int] = {}
    """how many a warning reaches, each once; filled for the areas that staff look at"""
    secrets: Secrets = Secrets()

    @property
    def has_pin(self) -> bool:
        """Is anything of hers behind her own PIN?"""
        return bool(self.feigned or (self.subscription and self.subscription.pin) or (self.care and self.care.pin))

    def offers(self, feature: Feature) -> bool:
        """Did the organisation turn it on?"""
        return feature in self.world.features

    @property
    def areas(self) -> tuple[str, ...]:
        return self.subscription.live_areas(self.now) if self.subscription else ()

    @property
    def local(self) -> datetime:
        return self.world.local(self.now)
