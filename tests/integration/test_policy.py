"""Which person may do what, where, to which alert. Every action asks, so no forged intent counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.actions.authorisation import is_authorised
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, Report
from gateway.model.client_report import ClientEntry, ClientReport, Harm
from gateway.model.intents.intent import EVERYBODY
from gateway.model.policy import text_authority_table
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from gateway.model.staff import Role, Staff
from gateway.model.world import World
from gateway.store import Transaction
from gateway.store.records.callers import SOS
from tests.harness.cast import number
from tests.harness.steps_turns import do
from tests.harness.town import Town

WHO = "Vera"
"""the phone whose role, area and state are set anew for each line of the table"""
ROLES = {
    "s": Role.SENDER,
    "v": Role.VERIFIER,
    "c": Role.CLINIC,
    "r": Role.RESPONDER,
    "a": Role.ADMIN,
    "d": Role.ADVISER,
}
SITUATIONS = ("in scope", "out of scope", "own", "inactive")
CODE, OWN_CODE, ENTRY, OWN_ENTRY = "11111", "22222", b"e" * 16, b"o" * 16
REPORTED, PROPOSED, LIVE, ASKED, OWN = 1001, 1002, 1003, 1004, 1000
"""numbers of alerts; the person's own alert of the same state has OWN more"""


@dataclass
class Row:
    """An intent, the same intent about the person's own record, and the roles that may, by situation."""

    intent: intents.Intent
    in_scope: str
    out_of_scope: str
    inactive: str = ""
    own: str = ""
    own_intent: intents.Intent | None = None
    roles: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.roles = dict(zip(SITUATIONS, (self.in_scope, self.out_of_scope, self.own, self.inactive), strict=True))

    def lines(self) -> Iterator[tuple[str, intents.Intent]]:
        for situation in SITUATIONS:
            if situation != "own":
                yield situation, self.intent
            elif self.own_intent:
                yield situation, self.own_intent


def confirm(alert: int) -> intents.Intent:
    return intents.ConfirmReport(alert, "gate", "", 2_000_000_000)


def reject(alert: int) -> intents.Intent:
    return intents.RejectReport(alert)


def update(alert: int) -> intents.Intent:
    return intents.UpdateAlert(alert, "gate", "", 2_000_000_000)


def confirm_in(alert: int, area: str) -> intents.Intent:
    """Correct the area; its id is filled in later."""
    return replace(intents.ConfirmReport(alert, "gate", "", 2_000_000_000), area=area)


def change(name: str) -> intents.Intent:
    return intents.ChangeStaff(name, frozenset({Role.RESPONDER, Role.SENDER}), "Kasri")


TABLE = {
    "send": Row(intents.SendAlert(AlertKind.RAID, "", "gate", "", 2_000_000_000), "sva", ""),
    "drill": Row(intents.SendAlert(AlertKind.RAID, "", "gate", "", 2_000_000_000, is_drill=True), "sva", ""),
    "confirm a report": Row(confirm(REPORTED), "va", "", "", "", confirm(REPORTED + OWN)),
    "confirm a proposal": Row(confirm(PROPOSED), "sva", "", "", "", confirm(PROPOSED + OWN)),
    "confirm when asked": Row(confirm(ASKED), "sva", "sva", "", "", confirm(ASKED + OWN)),
    "reject a report": Row(reject(REPORTED), "va", "", "", "", reject(REPORTED + OWN)),
    "reject a proposal": Row(reject(PROPOSED), "sva", "", "", "", reject(PROPOSED + OWN)),
    "reject when asked": Row(reject(ASKED), "sva", "sva", "", "", reject(ASKED + OWN)),
    "update": Row(update(LIVE), "sva", "", "", "sva", update(LIVE + OWN)),
    "end": Row(intents.EndAlert(LIVE), "sva", "", "", "sva", intents.EndAlert(LIVE + OWN)),
    "add to a report": Row(
        intents.AddToReport(REPORTED, "gate"), "", "", "", "svcrad", intents.AddToReport(REPORTED + OWN, "gate")
    ),
    "correct a report": Row(
        intents.CorrectReport(REPORTED, AlertKind.RAID),
        "",
        "",
        "",
        "svcrad",
        intents.CorrectReport(REPORTED + OWN, AlertKind.RAID),
    ),
    "invite": Row(intents.InviteMember("+254711000055"), "va", "va"),
    "vouch": Row(intents.VouchForClientReport(CODE), "va", "", "", "", intents.VouchForClientReport(OWN_CODE)),
    "mark as read": Row(
        intents.MarkClientReportModerated(CODE), "va", "", "", "", intents.MarkClientReportModerated(OWN_CODE)
    ),
    "take off": Row(intents.RemoveClientReport(CODE), "va", "", "", "", intents.RemoveClientReport(OWN_CODE)),
    "review": Row(
        intents.ResolveClientReview(ENTRY, False), "va", "", "", "", intents.ResolveClientReview(OWN_ENTRY, False)
    ),
    "answer a referral": Row(intents.AnswerReferral("10009", 1), "c", ""),
    "report a clinic": Row(intents.ReportClinic("hurt", 2_000_000_000), "c", "c"),
    "invite a nurse": Row(intents.InviteNurse("", "D01", "+254711000055", "8246"), "a", ""),
    "read a call": Row(intents.ReadSos(""), "vra", "r"),
    "ask a caller": Row(intents.AskSosCaller("", SosQuestion.ALONE), "vra", "r"),
    "answer a call": Row(intents.AnswerSos("", SosAnswer.DONE), "vra", "r"),
    "answer a question": Row(intents.AnswerQuestion("7777", "yes"), "ad", "ad"),
    "ask the reporters": Row(
        intents.AskReporters(REPORTED, "who?"), "va", "", "", "", intents.AskReporters(REPORTED + OWN, "who?")
    ),
    "duty": Row(intents.SetDuty(True), "svrad", "svrad"),
    "wrong PIN": Row(intents.RecordPinAttempt(is_correct=False), "svcrad", "svcrad"),
    "activate": Row(intents.ActivateStaff("000000"), "svcrad", "svcrad", "svcrad"),
    "silence": Row(intents.SilenceStaff(), "svcrad", "svcrad", "svcrad"),
    "texts again": Row(intents.ResumeStaffTexts(), "svcrad", "svcrad"),
    "leave the team": Row(intents.LeaveTeam(), "svcrad", "svcrad"),
    "unlock": Row(intents.UnlockStaff("Wema"), "sva", "sva", "", "", intents.UnlockStaff(WHO)),
    "confirm elsewhere": Row(confirm_in(REPORTED, "Soko Mwezi"), "va", ""),
    "confirm far away": Row(confirm_in(ASKED, "Zumari"), "", "sva"),
    "lock out": Row(intents.LockOutStaff("Wema"), "a", "a", "", "", intents.LockOutStaff(WHO)),
    "let back": Row(intents.LetStaffBack("Wema"), "va", "va", "", "", intents.LetStaffBack(WHO)),
    "change a colleague": Row(change("Sabra"), "a", "", "", "", change(WHO)),
    "agree to a change": Row(intents.AgreeToStaffChange("Wema"), "va", "va", "", "", intents.AgreeToStaffChange(WHO)),
    "decline a change": Row(intents.DeclineStaffChange("Wema"), "va", "va", "", "", intents.DeclineStaffChange(WHO)),
}
"""written by hand: s sender, v verifier, c clinic, r responder, a admin, d adviser"""
FOR_EVERYBODY = {
    "AnswerSosQuestion", "AnswerVerifier", "AskUs", "MarkAnswerRead", "MarkNewsRead",
    "AcceptContactRequests", "AcceptMembership", "AddClientReport", "AddSosDetails", "AddTonightArea", "AskClinic",
    "AllowReferralTexts", "CancelDetained", "CreateReferral",
    "DeclineContactRequests", "DeleteCaller", "EndMembership", "EndSafeCall",
    "EndSos", "ExtendSafeCall", "LeaveArea", "MarkClinicAnswersRead", "RaiseSos", "RateReferral", "RecordLookup",
    "SilenceSos", "RemoveContact", "ReportDetained", "RequestClientReview", "RequestContact", "SetArrestMessage",
    "SetDuressPin", "SetLanguage", "SetMemberNews", "SetOwnPin", "SetPassphrase", "SetSosTiers", "SetTextPreference",
    "SetWording", "StartSafeCall", "StartTexts", "SubmitReport", "Subscribe", "TextCaller", "Unsubscribe",
    "SetReminder", "DeleteReminder", "GiveDuressPin", "RecordOwnPinAttempt", "RestoreAccount",
}  # fmt: skip
SECURITY = Path(__file__).parents[2] / ".github/SECURITY.md"
ABOUT_COLLEAGUES = (
    intents.UnlockStaff, intents.LockOutStaff, intents.LetStaffBack, intents.ChangeStaff, intents.AgreeToStaffChange,
    intents.DeclineStaffChange,
)  # fmt: skip
FOR_OPERATORS = {"SendAlert", "UpdateAlert", "EndAlert"}


def kinds() -> dict[str, type[intents.Intent]]:
    return {kind.__name__: kind for kind in intents.Intent.__subclasses__()}


def test_each_intent_stands_in_the_table_or_is_for_everybody() -> None:
    in_table = {type(row.intent).__name__ for row in TABLE.values()}
    assert in_table | FOR_EVERYBODY == kinds().keys()
    assert not in_table & FOR_EVERYBODY
    assert {name for name, kind in kinds().items() if kind.rule == EVERYBODY} == FOR_EVERYBODY
    assert {name for name, kind in kinds().items() if kind.rule.operator_may} == FOR_OPERATORS


def test_the_table_of_texts_is_the_intents() -> None:
    """A forger finds no intent that nobody decided about: each says what a text may do, and SECURITY prints it."""
    for name, kind in kinds().items():
        assert "by_text" in vars(kind), f"{name} does not say what a text may do"
    assert text_authority_table() in SECURITY.read_text(encoding="utf-8")


@pytest.fixture
def town(town: Town) -> Town:
    """Return a town with an alert of each state, of other people and of the person, and with other records."""
    here = place(town, "Soko Mwezi")
    me, vault = person(town), town.store.vault
    own_reporter = ((vault.token(number(WHO), Purpose.REPORT), "en"),)
    do(town, "Amina", intents.CreateReferral("10009", "test", "D01", here), intents.RaiseSos())

    def write(world: World, transaction: Transaction, now: int) -> None:
        cache = town.store.world_cache
        states = {
            REPORTED: AlertState.REPORTED, PROPOSED: AlertState.PROPOSED, LIVE: AlertState.LIVE,
            ASKED: AlertState.REPORTED,
        }  # fmt: skip
        for first_number, state in states.items():
            for own in (0, OWN):
                author = (me.id if own else "-") if state in (AlertState.PROPOSED, AlertState.LIVE) else ""
                alert = Alert(first_number + own, AlertKind.RAID, here, state, now, until=now + 3600, author=author)
                asked = (me.id,) if first_number == ASKED else ()
                reporters = own_reporter if own and not author else ()
                cache.alerts.put(transaction, str(alert.number).encode(), alert)
                cache.reports.put(transaction, str(alert.number).encode(), Report(alert.number, reporters, (), asked))
        for digest, code, author_token in (
            (ENTRY, CODE, b"somebody else"),
            (OWN_ENTRY, OWN_CODE, vault.token(number(WHO), Purpose.MEMBER)),
        ):
            report = ClientReport(author_token, next(iter(Harm)), 1, here, now // 86400, code=code, text="words")
            cache.client_entries.put(transaction, digest, ClientEntry(reports=(report,), needs_review=True))

    town.store.transact(write)
    return town


def place(town: Town, name: str) -> str:
    return town.store.read_world().atlas.resolve(name).id


def person(town: Town, name: str = WHO) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


def become(town: Town, role: Role, situation: str) -> None:
    """Give the phone of the person this role, and the area and state of the situation."""
    elsewhere = situation == "out of scope"
    new = replace(
        person(town),
        roles=frozenset({role}),
        area=place(town, "Zumari" if elsewhere else "Kasri"),
        clinic="D02" if elsewhere else "D01",
        active=situation != "inactive",
    )

    def write(world: World, transaction: Transaction, now: int) -> None:
        town.store.world_cache.staff.put(transaction, new.token, new)
        turn = town.store.read_turn(number("Amina"))
        assert turn.sos
        asked = () if elsewhere else (new.id,)
        sos, stored = replace(turn.sos, asked_staff=asked), turn.records[SOS.name].stored
        town.store.safety_records.save_sos(transaction, turn.sos_tag, sos, stored)

    town.store.transact(write)


def complete(town: Town, intent: intents.Intent) -> intents.Intent:
    """Fill in the ids that are known only after the town was made."""
    if isinstance(intent, intents.SendAlert | intents.InviteNurse):
        return replace(intent, area=place(town, "Soko Mwezi"))
    if isinstance(intent, intents.AnswerSos | intents.ReadSos | intents.AskSosCaller):
        sos = town.store.read_turn(number("Amina")).sos
        assert sos
        return replace(intent, code=sos.code)
    if isinstance(intent, intents.ConfirmReport) and intent.area:
        return replace(intent, area=place(town, intent.area))
    if isinstance(intent, intents.ChangeStaff):
        intent = replace(intent, area=place(town, intent.area))
    if isinstance(intent, ABOUT_COLLEAGUES):
        return replace(intent, staff_id=person(town, intent.staff_id).id)
    return intent


def dump(town: Town) -> dict[bytes, bytes]:
    execute = town.store.connection.execute
    return {key: execute("DUMP", key) for key in execute("KEYS", "*")}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_only_the_roles_of_the_table_change_anything(town: Town, row: Row) -> None:
    for situation, what in row.lines():
        for letter, role in ROLES.items():
            become(town, role, situation)
            intent = complete(town, what)
            turn, before = town.store.read_turn(number(WHO)), dump(town)
            if letter in row.roles[situation]:
                assert is_authorised(turn, intent), (situation, role)
                continue
            town.store.apply_intents(turn, (intent,), "en")
            assert town.store.commit(turn.transaction)
            assert dump(town) == before, (situation, role)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_nobody_without_a_role_changes_anything(town: Town, row: Row) -> None:
    turn, before = town.store.read_turn(number("Dafina")), dump(town)
    town.store.apply_intents(turn, (complete(town, row.intent),), "en")
    assert town.store.commit(turn.transaction)
    assert dump(town) == before


def test_the_operator_does_what_the_command_does_and_no_more(town: Town) -> None:
    for row in TABLE.values():
        allowed = is_authorised(town.store.read_terminal_turn(), complete(town, row.intent))
        assert allowed == (type(row.intent).__name__ in FOR_OPERATORS)


def test_a_person_with_two_roles_may_what_either_may(town: Town) -> None:
    become(town, Role.CLINIC, "in scope")
    both = replace(person(town), roles=frozenset({Role.CLINIC, Role.VERIFIER}))
    town.store.transact(lambda world, change, now: town.store.world_cache.staff.put(change, both.token, both))
    for name in ("answer a referral", "answer a call", "confirm a report", "end"):
        assert is_authorised(town.store.read_turn(number(WHO)), complete(town, TABLE[name].intent)), name
    town[WHO].dial("1", "7", "2468", "8")
    assert "Answer a visitor" in town[WHO].screen
    assert "To check" in town[WHO].screen


def test_a_role_that_is_taken_away_meanwhile_no_longer_counts(town: Town) -> None:
    become(town, Role.SENDER, "in scope")
    turn = town.store.read_turn(number(WHO))
    town.store.apply_intents(turn, (intents.EndAlert(LIVE),), "en")
    become(town, Role.CLINIC, "in scope")
    assert not town.store.commit(turn.transaction)


def test_no_intent_says_that_one_person_is_enough(town: Town) -> None:
    """Where two people are needed, a forged intent of one verifier remains a proposal."""
    profile = town.store.world_cache._profile
    town.store.world_cache._profile = replace(profile, approvals=2)
    become(town, Role.VERIFIER, "in scope")
    do(town, WHO, confirm(REPORTED))
    do(town, WHO, replace(complete(town, TABLE["send"].intent), venue="elsewhere"))
    do(town, WHO, update(LIVE))
    world = town.store.read_world()
    assert world.alert(REPORTED).state is AlertState.PROPOSED
    assert [a.state for a in world.alerts.values() if a.venue == "elsewhere"] == [AlertState.PROPOSED]
    assert world.alert(LIVE).venue == ""
