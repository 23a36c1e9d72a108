"""What a card may say of the phone: keys and words asked of the real menus, so that both agree. No store, no key."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.directory import Directory
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import World
from gateway.profile import build_profile
from gateway.settings import Settings
from gateway.text import wording
from menus import home
from menus.engine.engine import Engine
from menus.engine.paging import MORE_KEY
from menus.engine.screen import Choice
from menus.engine.session import Session
from translations import Languages, Translator

CODE: Final = "07427"
"""a visitor's code in the right form that is never given out: those do not begin with 0"""
_LABEL: Final = "checkup"
_UNTIL: Final = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)

_Wanted = Callable[[Choice], bool]


class Phone:
    """The service in one language, as a guest, a verifier and a clinic would find it."""

    def __init__(self, settings: Settings, languages: Languages, code: str) -> None:
        self.settings, self.code = settings, code
        self.translator: Translator = languages[code].translator
        self._language = languages[code].name
        self._house = build_profile(settings, languages)
        self._engine = Engine({language.code: language.translator for language in languages})

    @property
    def dial(self) -> str:
        return self._house.service_code

    @property
    def free_to_dial(self) -> bool:
        return self._house.free_to_dial

    @property
    def takes_texts(self) -> bool:
        """Whether there is a number that people can text."""
        return bool(self.settings.shortcode)

    def texted(self, words: str) -> str:
        """Words as they must be sent: on a shared code they begin with the service's keyword."""
        return f"{self.settings.at_keyword} {words}".strip()

    @property
    def referral(self) -> str:
        """The text that a clinic gets, with made-up facts."""
        _ = self.translator
        until = f"{wording.format_date(_UNTIL, _)} {wording.format_clock(_UNTIL)}"
        return wording.referral_text(CODE, _LABEL, self._language, until, _)

    @property
    def language_key(self) -> str:
        """What chooses this language on the first screen."""
        return self._language_keys[-1]

    @cached_property
    def _language_keys(self) -> tuple[str, ...]:
        keys, _there = self._pressed(*self._dialled(), self._speaks)
        return keys

    def _speaks(self, choice: Choice) -> bool:
        return choice.link.screen == "home.set_language" and choice.link.args["lang"] == self.code

    @property
    def home(self) -> Mapping[str, tuple[str, str]]:
        """The lines of the first screen: where each leads, its key, and its words with every accent."""
        session, snapshot = self._dialled()
        shown = home.home(snapshot(session), self.translator).choices
        return {choice.link.screen: (str(at), choice.label) for at, choice in enumerate(shown, 1)}

    @property
    def keys_to_stop(self) -> tuple[str, ...]:
        """From the first screen to silence."""
        steps = map(_leads_to, ("settings.settings", "settings.stop", "settings.stopped"))
        keys, _there = self._pressed(*self._dialled(), self._speaks, *steps)
        return keys[len(self._language_keys) :]

    @property
    def team_key(self) -> str:
        session, _snapshot = self._dialled(Role.VERIFIER)
        return _keys(session)["team.team"]

    @property
    def team(self) -> Mapping[str, str]:
        """A verifier's menu: the key of each entry."""
        _pressed, there = self._pressed(*self._dialled(Role.VERIFIER), _leads_to("team.team"))
        return _keys(there)

    @property
    def case(self) -> Mapping[str, str]:
        """A case to decide: the key of each way."""
        steps = map(_leads_to, ("team.team", "team.check_list", "team.pending_alert"))
        _pressed, there = self._pressed(*self._dialled(Role.VERIFIER), *steps)
        return _keys(there)

    @property
    def answer_key(self) -> str:
        """A clinic's menu: the key that asks for a visitor's code."""
        _pressed, there = self._pressed(*self._dialled(Role.CLINIC), _leads_to("team.team"))
        return _keys(there)["clinic_answers.referral_code"]

    def _dialled(self, role: Role | None = None) -> tuple[Session, Callable[[Session], Caller]]:
        """The first screen of a call by somebody unknown, or by staff whose PIN was right."""
        staff = Staff("-", "-", frozenset({role}), b"-", lang=self.code, active=True) if role else None
        caller = Caller(0, self.code, _world(self._house), staff=staff, is_staff_authenticated=bool(role))

        def snapshot(session: Session) -> Caller:
            return replace(caller, lang=session.lang or self.code)

        return self._engine.start_session(Session(), None, snapshot)[0], snapshot

    def _pressed(
        self, session: Session, snapshot: Callable[[Session], Caller], *steps: _Wanted
    ) -> tuple[tuple[str, ...], Session]:
        """Press what leads from screen to screen, reading on where a choice stands on a later page."""
        keys: list[str] = []
        for wanted in steps:
            key = next(at for at, choice in enumerate(session.choices, 1) if wanted(choice))
            while session.choices_seen < key:
                keys.append(MORE_KEY)
                session, _did = self._engine.press_keys(session, (MORE_KEY,), snapshot)
            keys.append(str(key))
            session, _did = self._engine.press_keys(session, (str(key),), snapshot)
        return tuple(keys), session


def _leads_to(screen: str) -> _Wanted:
    return lambda choice: choice.link.screen == screen


def _keys(session: Session) -> dict[str, str]:
    return {choice.link.screen: str(at) for at, choice in enumerate(session.choices, 1)}


def _world(house: OrganisationProfile) -> World:
    """A place where nothing is known but one case that waits."""
    case = Alert(1, AlertKind.OTHER, "-", AlertState.REPORTED, 0)
    return World(house, Atlas(), Directory((), Atlas()), {b"1": case}, {}, {}, Roster({}), {}, lambda code: ())
