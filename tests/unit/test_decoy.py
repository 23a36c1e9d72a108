"""The account after a wrong PIN: every field of a caller is masked or shown on purpose."""

import msgspec
import pytest

from gateway.model.caller import KEPT_IN_DECOY, MASKED_IN_DECOY, Caller
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.subscription import Subscription
from tests.harness.catalogs import world

FIELDS = msgspec.structs.fields(Caller)


def test_each_field_of_a_caller_is_masked_or_kept() -> None:
    """A new field fails here until somebody decides whether a person who forced a PIN sees it."""
    assert {field.name for field in FIELDS} == MASKED_IN_DECOY.keys() | KEPT_IN_DECOY | {"records"}
    assert not MASKED_IN_DECOY.keys() & KEPT_IN_DECOY


@pytest.mark.parametrize("field", [f for f in FIELDS if f.name in MASKED_IN_DECOY], ids=lambda field: field.name)
def test_what_is_masked_looks_as_for_somebody_new(field: msgspec.structs.FieldInfo) -> None:
    if field.name == "is_decoy":
        return
    assert MASKED_IN_DECOY[field.name] == field.default


def test_a_decoy_has_nothing_and_no_pin() -> None:
    caller = Caller(
        0,
        "en",
        world(),
        subscription=Subscription("en", 1, 1, pin_hash=b"12345678"),
        safety_profile=SafetyProfile(b"owner", "en", 1, pin_hash=b"12345678"),
        contact_requests=ContactRequests((b"owner",)),
        needs_end_code=True,
        is_locked_by_code=True,
        is_unlocked=False,
        records={SafetyProfile: SafetyProfile(b"owner", "en", 1)},
    )
    assert caller.as_decoy() == Caller(0, "en", caller.world, is_decoy=True, secret_checks=caller.secret_checks)
    assert not caller.as_decoy().has_own_pin
