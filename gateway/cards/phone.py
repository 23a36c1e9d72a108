"""Keys and words for the cards, taken from the real menus so that both agree. Needs no store and no key."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.directory import Directory
from gateway.model.hours import WeeklyHours
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import World
from gateway.profile import build_profile
from gateway.settings import Settings
from gateway.text import wording
from menus import home
from menus.engine.engine import Engine
from menus.engine.paging import MORE_KEY
from menus.engine.screen import Choice, by_key
from menus.engine.session import Session
from translations import Languages, Translator

CODE: Final = "07427"
"""a referral code in the right form that no visitor gets: real codes do not begin with 0"""
_LABEL: Final = "checkup"
_UNTIL: Final = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)

_Wanted = Callable[[Choice], bool]


class Phone:
    """The service in one language, as a caller, a verifier and a clinic find it."""

    def __init__(self, settings: Settings, languages: Languages, code: str) -> None:
        self.settings, self.code = settings, code
        self.translator: Translator = languages[code].translator
        self._language = languages[code].name
        self._profile = build_profile(settings, languages)
        self._engine = Engine({language.code: language.translator for language in languages})

    @property
    def dial(self) -> str:
        return self._profile.service_code

    @property
    def free_to_dial(self) -> bool:
        return self._profile.free_to_dial

    @property
    def hotline_hours(self) -> WeeklyHours | None:
        return self._profile.hotline_hours

    @property
    def takes_texts(self) -> bool:
        """Whether people can send texts to a number."""
        return bool(self.settings.shortcode)

    def texted(self, words: str) -> str:
        """Return the words as people must send them: on a shared code they begin with the service's keyword."""
        return f"{self.settings.at_keyword} {words}".strip()

    @property
    def referral(self) -> str:
        """Return the text that a clinic gets, with made-up facts."""
        _ = self.translator
        until = wording.format_date_and_hour(_UNTIL, _)
        return wording.referral_text(CODE, _LABEL, self._language, until, _)

    @property
    def language_key(self) -> str:
        """Return the key that chooses this language on the first screen."""
        return self._language_keys[-1]

    @cached_property
    def _language_keys(self) -> tuple[str, ...]:
        keys, _there = self._pressed(*self._dialled(), self._speaks)
        return keys

    def _speaks(self, choice: Choice) -> bool:
        return choice.link.screen == "home.set_language" and choice.link.args["lang"] == self.code

    @property
    def home(self) -> Mapping[str, tuple[str, str]]:
        """Return the first screen's entries: the screen that each opens, its key, and its words with every accent."""
        session, snapshot = self._dialled()
        shown = home.home(snapshot(session), self.translator).choices
        return {choice.link.screen: (key, choice.label) for key, choice in by_key(shown).items()}

    @property
    def keys_to_stop(self) -> tuple[str, ...]:
        """Return the keys that stop all texts, from the first screen on."""
        steps = map(_leads_to, ("settings.settings", "settings.stop", "settings.stopped"))
        keys, _there = self._pressed(*self._dialled(), self._speaks, *steps)
        return keys[len(self._language_keys) :]

    @property
    def pin_key(self) -> str:
        session, _snapshot = self._dialled(Role.VERIFIER)
        return _keys(session)["pin.pin"]

    @property
    def team_key(self) -> str:
        session, _snapshot = self._dialled(Role.VERIFIER)
        return _keys(session)["team.team"]

    @property
    def team(self) -> Mapping[str, str]:
        """Return the key of each entry in a verifier's menu."""
        _pressed, there = self._pressed(*self._dialled(Role.VERIFIER), _leads_to("team.team"))
        return _keys(there)

    @property
    def decision(self) -> Mapping[str, str]:
        """Return the key of each decision on an alert that waits."""
        steps = map(_leads_to, ("team.team", "team.check_list", "team.pending_alert"))
        _pressed, there = self._pressed(*self._dialled(Role.VERIFIER), *steps)
        return _keys(there)

    @property
    def answer_key(self) -> str:
        """Return the key in a clinic's menu that asks for a visitor's code."""
        _pressed, there = self._pressed(*self._dialled(Role.CLINIC), _leads_to("team.team"))
        return _keys(there)["clinic_answers.referral_code"]

    def _dialled(self, role: Role | None = None) -> tuple[Session, Callable[[Session], Caller]]:
        """Dial as a new caller, or as staff whose PIN was right, at home. Return the session."""
        staff = Staff("-", "-", frozenset({role}), b"-", lang=self.code, active=True) if role else None
        caller = Caller(0, self.code, _world(self._profile), staff=staff)

        def snapshot(session: Session) -> Caller:
            return replace(caller, lang=session.lang or self.code)

        session, _did = self._engine.start_session(Session(), None, snapshot)
        return (self._pressed(session, snapshot, self._speaks)[1] if role else session), snapshot

    def _pressed(
        self, session: Session, snapshot: Callable[[Session], Caller], *steps: _Wanted
    ) -> tuple[tuple[str, ...], Session]:
        """Press the key of each wanted choice; where it is on a later page, press the key for more first."""
        keys: list[str] = []
        for wanted in steps:
            numbered = by_key(session.choices).items()
            place, key = next((at, key) for at, (key, choice) in enumerate(numbered, 1) if wanted(choice))
            while session.choices_seen < place:
                keys.append(MORE_KEY)
                session, _did = self._engine.press_keys(session, (MORE_KEY,), snapshot)
            keys.append(key)
            session, _did = self._engine.press_keys(session, (key,), snapshot)
        return tuple(keys), session


def _leads_to(screen: str) -> _Wanted:
    return lambda choice: choice.link.screen == screen


def _keys(session: Session) -> dict[str, str]:
    return {choice.link.screen: key for key, choice in by_key(session.choices).items()}


def _world(profile: OrganisationProfile) -> World:
    """Return a world with nothing in it but one alert that waits."""
    alert = Alert(1, AlertKind.OTHER, "-", AlertState.REPORTED, 0)
    return World(profile, Atlas(), Directory((), Atlas()), {b"1": alert}, {}, Roster({}), {}, lambda code: ())
