"""Pure rules: the scope of a person, and which warnings are the same event."""

import pytest
from msgspec.structs import replace

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.area import Area, Atlas
from gateway.model.caller import Caller
from gateway.model.policy import covers_any_area, covers_area, is_near
from gateway.model.staff import Role, Staff
from menus.compose import find_duplicate_alert
from tests.unit.test_catalogs import world

COUNTY, WARD, OTHER = Area("c", ("Coast",)), Area("w", ("Coast", "Market"), parent="c"), Area("o", ("Hills",))
ATLAS = Atlas((COUNTY, WARD, OTHER))


def person(area: str) -> Staff:
    return Staff("s", "Vera", frozenset({Role.VERIFIER}), b"", area=area, active=True)


@pytest.mark.parametrize(
    ("own", "area", "covered", "near"),
    [
        ("", "o", True, True),
        ("c", "c", True, True),
        ("c", "w", True, True),
        ("c", "o", False, False),
        ("w", "c", False, True),
        ("w", "nowhere", False, True),
        ("nowhere", "w", False, False),
    ],
)
def test_scope(own: str, area: str, covered: bool, near: bool) -> None:
    """A person acts in their area and below it; client reports also come from around it, or from no known area."""
    assert covers_area(ATLAS, person(own), area) is covered
    assert is_near(ATLAS, person(own), area) is near


def test_scope_of_several_areas() -> None:
    assert covers_any_area(ATLAS, person("w"), ("o", "w"))
    assert not covers_any_area(ATLAS, person("w"), ("o", "c"))
    assert covers_any_area(ATLAS, person("w"), ()), "it is not known where: everybody is asked"


@pytest.mark.parametrize(("same_alert_s", "is_same"), [(60, False), (900, True)])
def test_the_setting_says_how_long_a_warning_is_the_same_event(same_alert_s: int, is_same: bool) -> None:
    known = world()
    alert = Alert(1001, AlertKind.RAID, "w", AlertState.LIVE, 1000, until=9000)
    profile = replace(known.profile, same_alert_s=same_alert_s)
    there = replace(known, alerts={b"1001": alert}, atlas=ATLAS, profile=profile)
    found = find_duplicate_alert(Caller(1120, "en", there, staff=person("")), AlertKind.RAID, "w")
    assert (found == alert) is is_same
