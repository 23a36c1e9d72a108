"""The stages of calls for help and of safe calls: every pair of stages is allowed or refused on purpose."""

from enum import Enum
from typing import TypeVar

import msgspec
import pytest

from gateway.model import safe_call, sos_rounds
from gateway.model.safe_call import SafeCall, SafeCallStage
from gateway.model.sos import Sos
from gateway.model.sos_rounds import NIGHT, SosStage

SOS_TABLE = """
                 RAISED ROUND_1_DONE ROUND_2_DONE ALL_ROUNDS_DONE ROUND_3_DONE ROUND_4_DONE RENEWED HELPED FALSE_ALARM
RAISED           -      yes          -            -               -            -            yes     yes    yes
ROUND_1_DONE     -      -            yes          -               -            -            yes     yes    yes
ROUND_2_DONE     -      -            -            -               yes          -            yes     yes    yes
ALL_ROUNDS_DONE  -      -            -            -               -            -            yes     yes    yes
ROUND_3_DONE     -      -            -            -               -            yes          yes     yes    yes
ROUND_4_DONE     -      -            -            yes             -            -            yes     yes    yes
RENEWED          -      -            yes          -               -            -            yes     yes    yes
HELPED           -      -            -            -               -            -            -       -      -
FALSE_ALARM      -      -            -            -               -            -            -       -      -
"""
SAFE_CALL_TABLE = """
              RUNNING REMINDED CONTACTS_NEXT DONE
RUNNING       yes     yes      yes           -
REMINDED      yes     -        yes           -
CONTACTS_NEXT yes     -        yes           yes
DONE          yes     -        yes           -
"""


Stage = TypeVar("Stage", bound=Enum)


def pairs(stages: type[Stage], table: str) -> list[tuple[Stage, Stage, bool]]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    assert head == [row[0] for row in rows] == [stage.name for stage in stages], "the table names every stage"
    return [
        (stages[name], stages[to], cell == "yes") for name, *cells in rows for to, cell in zip(head, cells, strict=True)
    ]


@pytest.mark.parametrize(("at", "to", "allowed"), pairs(SosStage, SOS_TABLE))
def test_a_call_for_help_goes_only_where_the_table_says(at: SosStage, to: SosStage, allowed: bool) -> None:
    call = Sos("1234", b"token", "en", 0, stage=at, details="by the port")
    if allowed:
        assert call.advance(to) == msgspec.structs.replace(call, stage=to)
    else:
        with pytest.raises(ValueError, match=f"from {at.name} to {to.name}"):
            call.advance(to)
    assert (to in sos_rounds.TRANSITIONS[at]) is allowed


@pytest.mark.parametrize(("at", "to", "allowed"), pairs(SafeCallStage, SAFE_CALL_TABLE))
def test_a_safe_call_goes_only_where_the_table_says(at: SafeCallStage, to: SafeCallStage, allowed: bool) -> None:
    call = SafeCall(60, "en", "Jamii Hotel", stage=at, contacts_notified=True)
    if allowed:
        assert call.advance(to) == msgspec.structs.replace(call, stage=to)
    else:
        with pytest.raises(ValueError, match=f"from {at.name} to {to.name}"):
            call.advance(to)
    assert (to in safe_call.TRANSITIONS[at]) is allowed


def test_every_open_call_for_help_has_a_stage_after_its_round() -> None:
    open_ = {s for s in SosStage if not Sos("1234", b"", "en", 0, stage=s).is_closed}
    assert set(NIGHT) | {SosStage.ALL_ROUNDS_DONE} == open_
    assert all(row.following in sos_rounds.TRANSITIONS[stage] for stage, row in NIGHT.items())


@pytest.mark.parametrize("stage", SosStage)
def test_a_sealed_call_for_help_keeps_its_stage(stage: SosStage) -> None:
    call = Sos("1234", b"token", "en", 0, stage=stage)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(call), type=Sos) == call


@pytest.mark.parametrize("stage", SafeCallStage)
def test_a_packed_safe_call_keeps_its_stage_and_its_flags(stage: SafeCallStage) -> None:
    for flags in range(4):
        notified, responders = bool(flags & 1), bool(flags & 2)
        call = SafeCall(60, "en", "Jamii Hotel", stage, notified, responders)
        assert SafeCall.unpack(call.pack()) == call
