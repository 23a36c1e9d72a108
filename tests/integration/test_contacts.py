"""Contacts: each is asked once, may say no, and gets texts only while they agree."""

import pytest
from msgspec.structs import replace

from gateway.actions import dead_numbers
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE, INVITATION_WINDOW_S, MAX_INVITATIONS, ContactTask
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.model.task import Task
from gateway.settings import Settings
from gateway.store import keys
from gateway.store.record_io import OUTLIVES_BY_S
from gateway.store.records.callers import CONTACT_REQUESTS, SAFETY_PROFILES
from gateway.store.turn_secrets import TurnSecretChecks
from jobs import dispatch
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_contacts import CONTACT, add_contacts, safety_profile
from tests.harness.steps_turns import do, leave
from tests.harness.town import WEEK, Town

PIN, SECOND = "2468", "1357"


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(CONTACTS_FEATURE, SAFE_CALL_FEATURE)
    return town


def add(town: Town, typed: str, owner: str = "Amina") -> str:
    """Return the screen after the caller typed a contact's number."""
    people(town, PIN, owner)
    town[owner].choose("Add someone")
    return town[owner].press(typed)


def people(town: Town, pin: str, owner: str = "Amina") -> str:
    """Return the screen of the caller's contacts, or what a wrong PIN shows."""
    town.sleep(300)
    town[owner].dial("1", "7", pin)
    return town[owner].choose("Talk to someone", "People I trust")


def test_nobody_is_asked_twice_by_the_same_caller(town: Town) -> None:
    """A contact is not asked again after the caller removed them, after they said no, or months later."""
    do(town, "Amina", intents.SetOwnPin(PIN), CONTACT)
    assert len(town["Bahati"].inbox()) == 1
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    assert "Nobody is asked twice" in add(town, NUMBERS["Bahati"])
    town.sleep(INVITATION_WINDOW_S + WEEK)
    do(town, "Amina", CONTACT)
    assert safety_profile(town).contacts == () and town["Bahati"].inbox() == []


def test_a_former_contact_may_be_asked_again(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    town.work()
    do(town, "Amina", CONTACT)
    assert len(town["Bahati"].inbox()) == 1
    assert not safety_profile(town).contacts[0].active


def test_numbers_that_cannot_be_asked_are_named_at_once(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), CONTACT)
    assert "your own number" in add(town, NUMBERS["Amina"])
    assert "on your list already" in add(town, "0711 000 002")
    for n in range(MAX_INVITATIONS):
        do(town, "Amina", replace(CONTACT, number=f"+25471100040{n}"))
        do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[-1].token))
    assert "Wait some days" in add(town, NUMBERS["Chiku"])


def test_a_wrong_pin_does_not_reveal_the_contacts(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), CONTACT)
    shown = people(town, "1111")
    assert "4 digits" in shown
    town["Amina"].press("7305", "7305", "1")
    shown = town["Amina"].press("1", NUMBERS["Bahati"])
    assert "Your name for them" in shown


def test_after_stop_nobody_asks_for_a_while(town: Town) -> None:
    do(town, "Amina", CONTACT)
    town.work()
    town["Bahati"].text("STOP")
    town["Bahati"].inbox()
    do(town, "Chiku", replace(CONTACT, display_name="Rose"))
    assert town["Bahati"].inbox() == []
    town.sleep(keys.INVITATIONS_TTL_S + WEEK)
    assert len(town["Bahati"].inbox()) == 1


@pytest.mark.parametrize("how", ["drop", "DELETE", "STOP"])
def test_a_queued_invitation_is_withdrawn(how: str, town: Town) -> None:
    """The question is queued. Then the caller removes the contact, or leaves, or the contact sends STOP."""
    do(town, "Amina", CONTACT)
    handled(town, "messages", ContactTask.INVITE_CONTACTS)
    if how == "drop":
        do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    else:
        leave(town, how, "Amina" if how == "DELETE" else "Bahati")
    handled(town, "messages", ContactTask.DELETE_CONTACT_REQUEST, ContactTask.REMOVE_DEPARTED_CONTACT)
    town.sleep(61)
    assert [text for text in town["Bahati"].inbox() if "may this number text" in text] == []


def handled(town: Town, lane: str, *tasks: Task) -> None:
    """Handle these items alone; all other items wait for a minute."""
    town.make_due_by_town_clock()
    while items := town.store.work_queue.claim(lane, 9):
        for item in items:
            if item.task in tasks:
                dispatch.handle_item(town.context, item)
            else:
                town.store.work_queue.reschedule(item, 60)


def test_yes_and_no_by_dialling(town: Town) -> None:
    do(town, "Amina", CONTACT)
    town.work()
    assert "May we text you then" in town["Bahati"].dial("1", "4", "4")
    town["Bahati"].press("1")
    town.work()
    assert safety_profile(town).contacts[0].agreed_at >= safety_profile(town).contacts[0].asked_at > 0
    assert "A question for you" not in town["Bahati"].dial("1", "4")
    do(town, "Chiku", replace(CONTACT, display_name="Rose"))
    town.work()
    town["Bahati"].dial("1", "4", "4", "2")
    town.work()
    assert safety_profile(town, "Chiku").contacts == ()
    assert safety_profile(town).active_contacts and town.store.safety_records.has_agreed_contact(number("Bahati")), (
        "who had a yes keeps it"
    )
    assert not town.store.connection.execute("KEYS", "gone:*")


@pytest.mark.parametrize("words", ["yes but do not text me", "да не пишите мне", "ndiyo lakini sitaki"])
def test_only_the_word_yes_alone_is_an_acceptance(words: str, town: Town) -> None:
    """Whoever was asked in English is answered in it."""
    answer = town.context.translator("en")("Reply {yes} or {stop}.").format(yes="YES", stop="STOP")
    do(town, "Amina", CONTACT)
    town.work()
    town["Bahati"].inbox()
    town["Bahati"].text(words)
    assert town["Bahati"].inbox() == [answer]
    assert not safety_profile(town).active_contacts
    town["Bahati"].text_and_confirm("Yes!")
    town.work()
    assert safety_profile(town).active_contacts


def test_an_answer_that_crosses_another_invitation_is_decided_anew(town: Town) -> None:
    do(town, "Amina", CONTACT)
    town.work()
    turn = town.store.read_turn(number("Bahati"))
    do(town, "Chiku", replace(CONTACT, display_name="Rose"))
    town.work()
    town.store.apply_intents(turn, (intents.DeclineContactRequests(),), "en")
    assert not town.store.commit(turn.transaction)


def test_a_contact_reads_that_we_store_the_request(town: Town) -> None:
    assert "keep nothing" in holdings(town)
    add_contacts(town)
    assert "1 person named you" in holdings(town)


def holdings(town: Town) -> str:
    town.sleep(300)
    town["Bahati"].dial("1", "6")
    return town["Bahati"].choose("What you know")


def test_an_acceptance_lasts_as_long_as_the_list(town: Town) -> None:
    """The caller dials from time to time for years, and the contacts are texted."""
    add_contacts(town)
    tag = keys.contact_requests(CONTACT_REQUESTS.tag(town.store.vault, number("Bahati")))
    town.store.connection.execute("EXPIRE", tag, 2 * WEEK)
    town.sleep(WEEK)
    town["Amina"].dial()
    ttl = town.store.connection.execute("TTL", tag)
    lives_s = town.store.settings.times.safety_profile
    assert lives_s <= ttl <= lives_s + OUTLIVES_BY_S


def test_a_second_press_does_not_delay_the_text(town: Town) -> None:
    """The call is cut off, and the caller dials again."""
    add_contacts(town)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(40)
    do(town, "Amina", intents.ReportDetained())
    town.sleep(25)
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"]


def test_a_withdrawal_that_comes_too_late_is_reported_on_the_screen(town: Town) -> None:
    add_contacts(town)
    assert "in a minute" in town["Amina"].dial("1", "4", "1")
    town.sleep(61)
    town.work()
    assert "We told your people at" in town["Amina"].press("1")
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"]


def test_a_withdrawal_while_contacts_are_notified_is_decided_again(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.ReportDetained())
    turn = town.store.read_turn(number("Amina"))
    town.sleep(61)
    town.work()
    town.store.apply_intents(turn, (intents.CancelDetained(),), "en")
    assert not town.store.commit(turn.transaction)


def test_a_withdrawal_in_time_notifies_nobody(town: Town) -> None:
    add_contacts(town)
    town["Amina"].dial("1", "4", "1")
    assert "Nobody is told" in town["Amina"].press("1")
    town.sleep(120)
    assert town["Bahati"].inbox() == []


def test_the_own_pin_and_the_duress_pin_are_never_the_same(town: Town) -> None:
    add_contacts(town)
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    people(town, PIN)
    town["Amina"].choose("My codes")
    town["Amina"].choose("My PIN")
    assert "second code" in town["Amina"].press(SECOND)
    assert TurnSecretChecks(town.store.read_turn(number("Amina"))).is_own_pin(PIN)


def test_without_an_own_pin_there_is_no_duress_pin(town: Town) -> None:
    """The second code stands for the own PIN, and hides nothing without it."""
    add_contacts(town)
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 3600, "note"))
    do(town, "Amina", intents.SetOwnPin(""))
    assert not safety_profile(town).duress_pin_hash
    town["Amina"].text_and_confirm("SAFE")
    town.work()
    assert town.store.read_turn(number("Amina")).safe_call is None


def test_a_contact_with_a_dead_number_is_removed(town: Town) -> None:
    """The next owner of the number reads nothing."""
    add_contacts(town)
    token = town.store.vault.token(number("Bahati"), Purpose.SUBSCRIBER)
    for _day in range(town.store.settings.tuning.forget.dead_days):
        assert safety_profile(town).active_contacts
        dead_numbers.record_dead(town.store, [token])
        town.sleep(86400)
        town.work()
    assert safety_profile(town).contacts == ()
    assert not town.store.safety_records.has_agreed_contact(number("Bahati"))
    assert not town.store.connection.execute("KEYS", "dead:*")


def test_two_callers_ask_one_phone_at_the_same_moment(town: Town, values: Settings) -> None:
    """Two workers run at once: the count of the phone's questions is not lost between them."""
    tag = keys.invitations(CONTACT_REQUESTS.tag(town.store.vault, number("Bahati")))
    town.store.connection.execute("SET", tag, keys.MAX_INVITATIONS - 1)
    for name in ("Amina", "Chiku"):
        do(town, name, replace(CONTACT, display_name=name))
    assert len(town["Bahati"].inbox()) == 1
    assert int(town.store.connection.execute("GET", tag)) == keys.MAX_INVITATIONS


def test_two_owners_records_of_one_contact_cannot_be_joined(town: Town) -> None:
    """Two callers asked the same phone: their records have no value in common that shows it."""
    do(town, "Amina", CONTACT)
    do(town, "Chiku", CONTACT)
    digests = [{digest for digest, _at in safety_profile(town, name).invitations} for name in ("Amina", "Chiku")]
    assert not digests[0] & digests[1]
    assert SAFETY_PROFILES.tag(town.store.vault, number("Amina")) != CONTACT_REQUESTS.tag(
        town.store.vault, number("Amina")
    )
