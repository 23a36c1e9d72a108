"""The town in which keys are counted: three areas of one name, the longest names, everything turned on."""

from typing import Final

from msgspec.structs import replace

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.area import Area, Atlas
from gateway.model.caller import Caller, GivenPin, SecretChecks
from gateway.model.clinic import Clinic
from gateway.model.contacts import Contact, SafetyProfile
from gateway.model.directory import Directory
from gateway.model.feature import Feature
from gateway.model.safe_call import SafeCall
from gateway.model.staff import Role, Roster, Staff
from gateway.model.world import World
from menus.engine.session import Session
from tests.harness.catalogs import shipped, world

NOW: Final = 1_700_000_000
NAME: Final = "Woodley/Kenyatta Golf Course"
"""the longest name of a ward that we know, here of three wards"""
TYPED: Final = "woodl"
PARENTS: Final = ("Kilindini Municipality", "Mwamba Nje Constituency", "Zumari Kaskazini Magharibi")
AREAS: Final = tuple(f"area{place}" for place, _parent in enumerate(PARENTS, 1))
ALERTS: Final = dict(enumerate(AREAS, 7001))
"""the area of each live alert, by its number"""
CLINIC_NAME: Final = "Centre de sante communautaire de Kilindini"
PIN: Final = "2580"
_COLLEAGUE: Final = Staff("r", "Rehema", frozenset({Role.RESPONDER, Role.VERIFIER}), b"r", active=True)


class OwnPin(SecretChecks):
    """Takes one PIN."""

    def given_pin(self, typed: str) -> GivenPin:
        return GivenPin(opens_account=typed == PIN)


def _clinics() -> list[Clinic]:
    services = frozenset({"violence_care", "hiv_care", "hiv_test", "key_populations"})
    return [
        Clinic(
            f"{area}-{place}", f"{CLINIC_NAME} {place}", area, open_24h=True, services=services, fee="KES 200",
            languages=("en", "sw", "fr"), notes="Second door, ask for Mariamu; no card needed", grade="checked",
            has_phone=True,
        )
        for area in AREAS
        for place in (1, 2, 3)
    ]  # fmt: skip


def _atlas() -> Atlas:
    tops = [Area(f"top{place}", (parent,)) for place, parent in enumerate(PARENTS, 1)]
    wards = [Area(id_, (top.name, NAME), parent=top.id) for id_, top in zip(AREAS, tops, strict=True)]
    return Atlas((*tops, *wards))


def build_world() -> World:
    atlas, clinics = _atlas(), _clinics()
    nurses = [
        Staff(c.code, "Nurse", frozenset({Role.CLINIC}), c.code.encode(), "", c.code, active=True) for c in clinics
    ]
    alerts = {
        str(number).encode(): Alert(number, AlertKind.RAID, area, AlertState.LIVE, NOW - 3600, NOW + 3600)
        for number, area in ALERTS.items()
    }
    return replace(
        world(),
        atlas=atlas,
        directory=Directory(clinics, atlas),
        alerts=alerts,
        roster=Roster({person.token: person for person in (_COLLEAGUE, *nurses)}),
        features=frozenset(Feature.all()),
    )


def stranger(code: str, town: World) -> Caller:
    """Return a caller at a phone that never joined."""
    return Caller(NOW, code, town)


def goes_out(session: Session, caller: Caller) -> Caller:
    """Return a caller with an own PIN during a safe call; before the PIN the phone of a stranger."""
    if "own" not in session.grants:
        return replace(caller, secret_checks=OwnPin())
    contacts = tuple(Contact(bytes([n]), "Nnnnnnnnnnnn", caller.lang, 1, agreed_at=1) for n in range(5))
    profile = SafetyProfile(b"o", caller.lang, 1, pin_hash=b"p", contacts=contacts, arrest_message="I am held.")
    return replace(caller, safety_profile=profile, safe_call=SafeCall(NOW + 3600, caller.lang, "note"))


LANGUAGES: Final = tuple(one.code for one in shipped())
