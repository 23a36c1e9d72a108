"""Client reports: which members read them, when they are deleted, and that nothing is stored in clear."""

from pathlib import Path
from typing import Any

import pytest

from gateway.actions import dead_numbers
from gateway.crypto.client_hashes import CONFUSABLE_CHARS, ClientHasher, similar_plates
from gateway.crypto.keyring import KEYRING_FILE, open_keyring
from gateway.crypto.vault import Keyring, Purpose, Vault
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.client_report import (
    CLIENTS_FEATURE,
    DAY_S,
    MAX_DELAY_S,
    MAX_LOOKUP_WAIT_S,
    RETENTION_DAYS,
    TEXT_RETENTION_DAYS,
    ClientListTask,
    Harm,
    LookupUsage,
)
from gateway.model.message import MessageTask
from gateway.model.task import ServiceTask
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import Connection, Store, access_state, backup
from gateway.store.records.callers import LOOKUP_USAGE_TTL_S
from gateway.store.rotation import run
from jobs import dispatch
from jobs.handlers import members
from tests.harness.cast import CALLERS, NUMBERS, number
from tests.harness.crashing import CrashingConnection, Dies
from tests.harness.leaks import Haystack, needles
from tests.harness.steps_clients import (
    PHONE,
    PLATE,
    WORDS,
    client_list_on,
    lost_and_restored,
    make_members,
    read_reports,
    redis_contents,
    report_by_three,
    report_client,
    reports_of,
    vouch_for,
)
from tests.harness.steps_turns import do, leave
from tests.harness.town import Town

__all__ = ["client_list_on"]

CONNECTING = ("info", "config", "config|resetstat", "client", "client|setinfo", "hello", "select")


# --- which members read which entries


def test_a_report_is_visible_after_three_members_or_one_vouched_for_by_staff(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku")
    code = report_client(town, "Amina")
    for _again in range(2):
        report_client(town, "Amina", harm=Harm.VIOLENT)
    report_client(town, "Bahati")
    town.sleep(MAX_DELAY_S)
    assert read_reports(town) == [], "two voices, however often"
    report_client(town, "Chiku")
    assert read_reports(town) == [], "the delay is not over"
    town.sleep(MAX_DELAY_S)
    assert {report.harm for report in read_reports(town)} == {Harm.ROBS, Harm.VIOLENT}
    report_client(town, "Amina", PHONE)
    alone = report_client(town, "Amina", "KBB 700T")
    assert alone != code
    do(town, "Vera", intents.VouchForClientReport(alone))
    assert len(read_reports(town, "KBB 700T")) == 1
    assert read_reports(town, PHONE) == []


def test_nobody_vouches_for_their_own(town: Town) -> None:
    make_members(town, "Vera")
    code = report_client(town, "Vera")
    do(town, "Vera", intents.VouchForClientReport(code))
    assert read_reports(town) == []
    town["Vera"].dial("1", "7", "2468", "8", "5", "1", code)
    assert "No note has that code" in town["Vera"].screen
    town["Wema"].dial("1", "7", "1357", "8", "5", "1", code)
    assert town["Wema"].screen.startswith("Done.")
    assert len(read_reports(town)) == 1


def test_strangers_see_nothing_and_can_do_nothing(town: Town) -> None:
    digest = town.store.client_hasher.lookup_keys(PLATE).exact  # type: ignore[union-attr]
    do(town, "Dafina", intents.AcceptMembership(), intents.SetMemberNews(True))
    do(town, "Dafina", intents.AddClientReport((digest,), Harm.ROBS, 0, "", "", "12345"))
    do(town, "Dafina", intents.InviteMember(NUMBERS["Amina"]))
    world = town.store.read_world()
    assert not world.client_entries and not world.members
    assert "members" not in town["Dafina"].dial("1", "5")


def test_after_the_feature_is_off_no_screen_shows_it(town: Town) -> None:
    make_members(town, "Amina")
    assert "For members" in town["Amina"].dial("1", "5")
    town.store.connection.execute("HDEL", "features", CLIENTS_FEATURE)
    town.store.connection.execute("SET", "ver:features", "off")
    assert "For members" not in town["Amina"].dial("1", "5")
    assert "notes" not in town["Zuhura"].dial("1", "7", "9753", "8")


def test_staff_of_another_area_neither_read_nor_decide(town: Town) -> None:
    make_members(town, "Amina")
    sought, where = town.store.client_hasher.lookup_keys(PLATE), town.store.read_world().atlas.resolve("Zumari").id
    assert sought
    do(town, "Amina", intents.AddClientReport((sought.exact,), Harm.ROBS, 0, where, WORDS, "55555"))
    assert "notes: 0" in town["Vera"].dial("1", "7", "2468", "8")
    assert "No note" in town["Vera"].press("5", "1", "55555")
    assert "notes: 1" in town["Wema"].dial("1", "7", "1357", "8")
    assert "Members' notes" not in town["Sabra"].dial("1", "7", "8080", "8"), "senders do not moderate"


def test_members_read_kind_month_and_area_and_never_words_nor_an_order(town: Town) -> None:
    make_members(town, *CALLERS)
    report_by_three(town)
    screen = town["Dafina"].dial("1", "5", "3", "1", PLATE)
    assert screen.startswith("Robs people, 01/2025, Kasri\n")
    assert screen.count("Robs people") == 1, "the number of reports is not shown"
    assert WORDS not in screen


@pytest.mark.parametrize(
    ("typed", "same"),
    [("kda123c", True), ("KDA-123 C", True), ("KDA l23C", True), ("КDА 123С", True), ("KDA 124C", False),
     ("KDA 12C", False), ("KDA 1233C", False), ("KXA 123C", False)],
)  # fmt: skip
def test_plates_typed_otherwise_and_nearly_the_same_are_found(town: Town, typed: str, same: bool) -> None:
    make_members(town, *CALLERS)
    report_by_three(town)
    screen = town["Dafina"].dial("1", "5", "3", "1", typed)
    assert "Robs people" in screen
    assert ("Almost the same" not in screen) is same


@pytest.mark.parametrize("typed", ["KDA 145C", "KXX 123C", "KD123", "711000778"])
def test_others_are_not_found(town: Town, typed: str) -> None:
    make_members(town, *CALLERS)
    report_by_three(town)
    assert town["Dafina"].dial("1", "5", "3", "1", typed).startswith("Not on the list")


@pytest.mark.parametrize("typed", ["abc", "?", "12", "KDA", "A" * 11 + "1", "07110007771234567"])
def test_what_is_no_number_and_no_plate_is_asked_for_again_and_not_counted(town: Town, typed: str) -> None:
    make_members(town, "Amina")
    screen = town["Amina"].dial("1", "5", "3", "1", typed)
    assert screen.startswith("That is no phone or car number")
    assert town.store.read_turn(number("Amina")).lookup_usage.total == 0


def test_a_letter_is_confused_with_one_that_is_left_in_the_alphabet() -> None:
    assert len(similar_plates("AAAAAAA")) == 7 * 25 + 1 + 7 * 25 + 26 + 1 - 1
    assert all(chr(b) not in map(chr, CONFUSABLE_CHARS) for b in CONFUSABLE_CHARS.values())


# --- a hit and a miss


def test_a_hit_and_a_miss_ask_the_store_the_same_and_hash_as_often(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    make_members(town, *CALLERS, "Zuhura")
    report_by_three(town, names=("Amina", "Bahati", "Zuhura"))
    digests: list[bytes] = []
    digest = Vault.digest

    def counted(self: Vault, data: bytes, size: int = 8) -> bytes:
        digests.append(data)
        return digest(self, data, size)

    def cost(name: str, typed: str) -> tuple[dict[str, int], int, int]:
        town[name].dial("1", "5", "3", "1")
        town.store.connection.execute("CONFIG", "RESETSTAT")
        digests.clear()
        town[name].press(typed)
        info = town.store.connection.redis.info("commandstats")
        calls = {k: v["calls"] for k, v in info.items() if k.removeprefix("cmdstat_") not in CONNECTING}
        return calls, calls["cmdstat_evalsha"], len(digests)

    monkeypatch.setattr(Vault, "digest", counted)
    hit, miss = cost("Chiku", PLATE), cost("Dafina", "KDC 987C")
    assert town["Chiku"].screen.startswith("Robs people") and town["Dafina"].screen.startswith("Not on")
    assert hit == miss
    assert hit[1] == 2, "two round trips, as any turn"


# --- limits


def test_limits_grow() -> None:
    looks, now, waits = LookupUsage(), 20000 * DAY_S, []
    for _ in range(60):
        looks = looks.after_lookup(now, 3, 5)
        if looks.blocked_until > now:
            waits.append((looks.total, (looks.blocked_until - now) // DAY_S))
            now = looks.blocked_until
    assert waits[:6] == [(8, 1), (13, 2), (18, 4), (23, 8), (28, 16), (33, 32)]
    assert max(days for _n, days in waits) * DAY_S == MAX_LOOKUP_WAIT_S < LOOKUP_USAGE_TTL_S
    spread = LookupUsage()
    for day in range(100):
        spread = spread.after_lookup(day * DAY_S, 3, 5)
    assert spread.blocked_until == 0, "one look-up a day never waits"


def test_typeahead_and_repeated_requests_do_not_bypass_a_limit(town: Town) -> None:
    make_members(town, "Amina")
    for _ in range(2):
        town.ussd.handle_turn("one-call", number("Amina"), "1*5*3*1*KDA001A*1*KDA002A*1*KDA003A")
    assert town.store.read_turn(number("Amina")).lookup_usage.total == 3
    for n in range(5):
        town["Amina"].dial("1", "5", "3", "1", f"KDA 10{n}A")
    assert town["Amina"].dial("1", "5", "3", "1").startswith("That is enough for now")
    do(town, "Amina", intents.EndMembership())
    make_members(town, "Amina")
    assert town["Amina"].dial("1", "5", "3", "1").startswith("Type")


def test_reports_a_day_are_limited(town: Town) -> None:
    make_members(town, "Amina")
    for n in range(5):
        report_client(town, "Amina", f"KDA 10{n}A")
    assert town["Amina"].dial("1", "5", "3", "2").startswith("You told us enough")
    town.sleep(DAY_S)
    assert town["Amina"].dial("1", "5", "3", "2").startswith("The client's phone number?")


# --- what is texted


def test_news_come_once_by_day_in_neutral_words(town: Town) -> None:
    make_members(town, "Dafina", "Amina", hear=True)
    make_members(town, "Bahati", "Chiku", "Zuhura")
    report_by_three(town, names=("Bahati", "Chiku", "Zuhura"))
    town.clock("Tue 22:00")
    assert [town[name].inbox() for name in ("Amina", "Dafina")] == [[], []], "it is night"
    town.clock("Wed 10:00")
    assert town["Amina"].inbox() == ["Something new to read. Dial *384*2024#"]
    assert len(town["Dafina"].inbox()) == 1
    assert town["Bahati"].inbox() == []


@pytest.mark.parametrize("way", ["STOP", "DELETE", "leave", "off"])
def test_a_former_member_gets_no_news_that_waited(town: Town, way: str) -> None:
    make_members(town, "Amina", "Bahati", "Zuhura")
    make_members(town, "Chiku", hear=True)
    report_by_three(town, names=("Amina", "Bahati", "Zuhura"))
    town.clock("Tue 22:00")
    town.work()
    if way in ("STOP", "DELETE"):
        leave(town, way, "Chiku")
        assert town["Chiku"].inbox()[-1].startswith("Done.")
    else:
        do(town, "Chiku", intents.EndMembership() if way == "leave" else intents.SetMemberNews(False))
    town.clock("Wed 10:00")
    assert town["Chiku"].inbox() == []


def test_a_crash_between_two_portions_repeats_no_text_and_skips_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_members(town, *CALLERS, hear=True)
    make_members(town, "Wema", "Sabra", "Zuhura")
    report_by_three(town, names=("Wema", "Sabra", "Zuhura"))
    town.clock("Wed 10:00")
    town.make_due_by_town_clock()
    commit, fails = town.store.commit, iter([False, True, False, True, True, *[False] * 50])

    def mortal(transaction: Any) -> bool:
        """Die before the commit, or right after it, so that the answer is lost."""
        if next(fails):
            raise RuntimeError("died")
        return commit(transaction)

    monkeypatch.setattr(town.store, "commit", mortal)
    for _ in range(members.BATCHES + 6):
        for item in town.store.work_queue.claim("bulk", 10):
            if item.task is ClientListTask.NOTIFY_MEMBERS:
                dispatch.handle_item(town.context, item)
        town.let_pass_lane("bulk", ClientListTask.NOTIFY_MEMBERS)
    monkeypatch.setattr(town.store, "commit", commit)
    town.let_pass_lane("bulk", MessageTask.SEND_MESSAGE)
    assert [len(town[name].inbox()) for name in CALLERS] == [1, 1, 1, 1]


# --- deletion


def test_entries_end_after_twelve_months_and_words_before(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku")
    report_by_three(town)
    town.sleep(TEXT_RETENTION_DAYS * DAY_S - MAX_DELAY_S)
    town.work()
    assert [report.text for report in read_reports(town)] == ["", "", ""]
    town.sleep((RETENTION_DAYS - TEXT_RETENTION_DAYS - 1) * DAY_S)
    assert len(read_reports(town)) == 3
    town.sleep(DAY_S)
    assert read_reports(town) == [], "before anything swept"
    town.work()
    assert town.store.connection.execute("HLEN", "clients") == 0
    assert town.store.connection.execute("HLEN", "enrolled") == 0, "silent for half a year"
    town.sleep(DAY_S + 60)
    town.work()
    assert ClientListTask.EXPIRE_CLIENT_ENTRIES.item() not in town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)


def test_an_invitation_that_nobody_took_up_goes(town: Town) -> None:
    do(town, "Zuhura", intents.InviteMember(NUMBERS["Amina"]))
    town.sleep(7 * DAY_S)
    assert "For members" not in town["Amina"].dial("1", "5")
    town.work()
    assert not town.store.read_world().members


def test_a_numbers_new_owner_does_not_renew_an_ended_membership(town: Town) -> None:
    """The new owner dials before the daily scan."""
    make_members(town, "Amina", hear=True)
    assert town.store.wants_news(number("Amina"))
    town.sleep(28 * 7 * DAY_S)
    assert "For members" not in town["Amina"].dial("1", "5")
    assert "For members" not in town["Amina"].dial("1", "5"), "nor by having dialled before"
    assert "one of the members" not in town["Amina"].dial("1", "6", "5")
    do(town, "Amina", intents.AcceptMembership(), intents.SetMemberNews(True))
    assert not town.store.wants_news(number("Amina"))
    town.work()
    assert not town.store.read_world().members


def test_a_member_who_dials_stays_a_member(town: Town) -> None:
    make_members(town, "Amina")
    for _ in range(4):
        town.sleep(20 * 7 * DAY_S)
        town["Amina"].dial("1")
        town.work()
    assert town.store.read_world().members


def test_a_dead_number_ends_the_membership(town: Town) -> None:
    make_members(town, "Amina", "Bahati", hear=True)
    dead_numbers.unsubscribe(town.store, [town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)])
    assert len(town.store.read_world().members) == 1
    town.clock("Wed 10:00")
    town.faults(refuse={NUMBERS["Bahati"]: 406})
    do(town, "Zuhura", intents.InviteMember(NUMBERS["Chiku"]))
    make_members(town, "Dafina", "Wema", "Zuhura")
    report_by_three(town, names=("Dafina", "Wema", "Zuhura"))
    town.clock("Wed 10:00")
    town.work()
    bahati = town.store.read_turn(number("Bahati"))
    assert bahati.member and bahati.is_muted, "the network said once that Bahati opted out"
    town.sleep(DAY_S)
    town["Bahati"].text("HELP")
    town.work()
    assert town.store.read_turn(number("Bahati")).member is None, "opted out at the network"


@pytest.mark.parametrize("way", ["DELETE", "leave"])
def test_nothing_of_a_former_member_is_left(town: Town, way: str) -> None:
    make_members(town, *CALLERS)
    report_by_three(town)
    report_client(town, "Dafina")
    report_client(town, "Amina", "KBB 700T")
    vouch_for(town, "Vera", report_client(town, "Amina", "KCC 800V"))
    town.sleep(MAX_DELAY_S)
    town["Amina"].dial("1", "5", "3", "1", PLATE)
    assert "one of the members" in town["Amina"].dial("1", "6", "5")
    token, tag = (getattr(town.store.read_turn(number("Amina")), name) for name in ("member_token", "lookup_tag"))
    assert token in redis_contents(town) and tag in redis_contents(town), "the search itself works"
    if way == "DELETE":
        town["Amina"].text_and_confirm("DELETE")
    else:
        do(town, "Amina", intents.EndMembership())
    assert token not in redis_contents(town) and tag not in redis_contents(town)
    assert len(read_reports(town)) == 3, "what the others told stays"
    assert [(each.author, each.text) for each in read_reports(town, "KCC 800V")] == [(b"", "")]
    assert all(
        token not in {t.author for t in each.reports} for each in town.store.read_world().client_entries.values()
    )
    sought = town.store.client_hasher.lookup_keys("KBB 700T")
    assert sought and sought.exact not in town.store.read_world().client_entries, "no other member reported it"
    assert ServiceTask.REWRITE_APPEND_ONLY_FILE.item() in town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)


def test_an_entry_is_removed_and_reviewed_again(town: Town) -> None:
    make_members(town, *CALLERS)
    code, *_others = report_by_three(town)
    for verifier in ("Vera", "Wema"):
        do(town, verifier, intents.RemoveClientReport(code))
    assert read_reports(town) == []
    report_client(town, "Amina")
    town.sleep(MAX_DELAY_S)
    assert len(read_reports(town)) == 3
    town["Dafina"].dial("1", "5", "3", "1", PLATE, "2")
    assert "To look at again" in town["Vera"].dial("1", "7", "2468", "8", "5")
    [digest] = town.store.read_world().client_entries
    do(town, "Vera", intents.ResolveClientReview(digest, keep=True))
    assert len(read_reports(town)) == 3 and "To look at again" not in town["Vera"].dial("1", "7", "2468", "8", "5")
    town["Vera"].dial("1", "7", "2468", "8", "5", "2", PLATE, "1", "98", "2")
    assert len(read_reports(town)) == 3, "a second person agrees"
    town["Wema"].dial("1", "7", "1357", "8", "5")
    town["Wema"].choose("To look at again", "Remove it from the list")
    assert read_reports(town) == []


# --- stored data


def test_nothing_stands_in_clear_not_even_while_it_is_typed(town: Town, tmp_path: Path) -> None:
    make_members(town, "Amina", "Bahati", "Chiku")
    hay = Haystack()
    for name in ("Amina", "Bahati", "Chiku"):
        for key in ("1", "5", "3", "2", PHONE, PLATE, "2", "1", "soko", WORDS, "1"):
            town[name].dial(key) if key == "1" and not town[name].open else town[name].press(key)
            hay.put_redis(town.store.connection.redis)
    town.sleep(MAX_DELAY_S)
    assert len(read_reports(town)) == 3 and len(read_reports(town, PHONE)) == 3
    file = tmp_path / "b"
    backup.write(town.store, file, lambda n: None)
    hay.put_files(tmp_path)
    wanted = needles(NUMBERS | {"the client": PHONE}, [WORDS, "KDA123C", "KDA 123C", "lighthouse"])
    assert hay.find(wanted) == []
    hay.put("planted", b"x" + WORDS.encode())
    assert hay.find(wanted)


def test_the_session_stores_a_plate_for_one_screen_only(town: Town) -> None:
    make_members(town, "Amina")
    town["Amina"].dial("1", "5", "3", "2", PHONE, PLATE)
    town["Amina"].press("2")
    session = town["Amina"].session().pack()
    assert b"KDA" not in session and b"711000777" not in session
    town["Amina"].dial("1", "5", "3", "1", PLATE)
    assert b"KDA" not in town["Amina"].session().pack()


# --- keys and backups


def picture(store: Store) -> Any:
    world = store.read_world()
    sought = [store.client_hasher.lookup_keys(typed) for typed in (PLATE, PHONE)]
    listed = [world.client_entries[s.exact].reports for s in sought if s]
    rows = [
        [(store.number(t.author, Purpose.MEMBER).e164, t.harm, t.text, t.code) for t in reports] for reports in listed
    ]
    invited = sorted((store.number(t, Purpose.MEMBER).e164, m.active, m.wants_news) for t, m in world.members.items())
    assert all(token == member.token for token, member in world.members.items())
    return rows, invited, len(world.client_entries), store.read_turn(number("Amina")).lookup_usage.total


def test_a_key_rotation_reencrypts_it_however_often_it_crashes(town: Town, values: Settings) -> None:
    make_members(town, "Amina", "Bahati", hear=True)
    for typed in (PLATE, PHONE):
        report_client(town, "Amina", typed)
        report_client(town, "Bahati", typed)
    town["Amina"].dial("1", "5", "3", "1", PLATE)
    before, old = picture(town.store), open_keyring(values.key, values.data_dir / KEYRING_FILE)
    traces = [
        town.store.read_turn(number("Amina")).lookup_tag,
        *town.store.read_world().client_entries,
        *town.store.read_world().members,
    ]
    new, deaths = old.successor(), 0
    connection = CrashingConnection(values.redis_url)
    for nth in range(1, 2000):
        connection.left = nth
        try:
            run.reencrypt_all(connection, Vault(old), Vault(new), lambda n: None)
        except Dies:
            deaths += 1
        else:
            break
    assert deaths > 10
    connection.left = 0
    access_state.open_access(connection, Vault(new).key_id)
    everything = redis_contents(town)
    assert [trace for trace in traces if trace in everything] == []
    store = Store(Connection(values.redis_url), Vault(new), values, town.store.world_cache._profile, lambda code: ())
    town.close()
    assert picture(store) == before


def test_a_backup_restores_neither_former_members_nor_removed_reports(town: Town, tmp_path: Path) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    vouch_for(town, "Vera", report_client(town, "Amina"))
    report_client(town, "Bahati")
    code = report_client(town, "Bahati", "KBB 700T")
    for name in ("Bahati", "Chiku"):
        report_client(town, name, PHONE)
    vouch_for(town, "Vera", report_client(town, "Dafina", "KCC 800V"))
    report_client(town, "Bahati", "KCC 800V")
    file = tmp_path / "b"
    backup.write(town.store, file, lambda n: None)
    town.sleep(2)
    for verifier in ("Vera", "Wema"):
        do(town, verifier, intents.RemoveClientReport(code))
    sought = town.store.client_hasher.lookup_keys(PHONE)
    assert sought
    for verifier in ("Vera", "Wema"):
        do(town, verifier, intents.ResolveClientReview(sought.exact, keep=False))
    do(town, "Amina", intents.EndMembership())
    town["Dafina"].text_and_confirm("DELETE")
    lost_and_restored(town, file)
    world = town.store.read_world()
    authors = {town.store.number(token, Purpose.MEMBER).e164 for token in world.members}
    assert authors == {NUMBERS["Bahati"], NUMBERS["Chiku"]}
    assert sum(bool(each.reports) for each in world.client_entries.values()) == 2
    assert [len(reports_of(town, typed)) for typed in (PLATE, "KCC 800V", PHONE, "KBB 700T")] == [2, 2, 0, 0]
    assert sorted(bool(report.author) for report in reports_of(town, PLATE)) == [False, True]
    assert ClientListTask.EXPIRE_CLIENT_ENTRIES.item() in town.store.connection.execute("ZRANGE", "due:bulk", 0, -1)


def test_two_keyrings_have_no_digest_in_common() -> None:
    one, other = (ClientHasher(Vault(Keyring.generate()), "KE") for _ in range(2))
    a, b = one.lookup_keys(PLATE), other.lookup_keys(PLATE)
    assert a and b
    assert not {a.exact, *a.similar} & {b.exact, *b.similar}


def test_a_phone_is_the_same_however_it_is_typed(town: Town) -> None:
    def marks(typed: str) -> bytes:
        sought = town.store.client_hasher.lookup_keys(typed)
        return sought.exact if sought else b""

    assert marks("0711 000 777") == marks(PHONE) == marks("+254 711-000-777")
    assert Number.parse_typed("0711 000 777").e164 == PHONE
    with pytest.raises(BadInput):
        town.store.number(town.store.vault.token(number("Amina"), Purpose.STAFF), Purpose.MEMBER)
