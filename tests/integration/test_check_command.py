"""`mwavuli check` reports everything that is missing or unsafe, once, in plain words, and reveals no secret."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from rq import SimpleWorker

from gateway import process_hardening, settings
from gateway.cli import check, common, enrolment, places, staff
from gateway.cli.checks import memory, setup
from gateway.crypto import keyring, secret_file
from gateway.crypto.vault import new_key
from gateway.deployment import Deployment
from gateway.model.alert import AlertKind
from gateway.model.staff import Role
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import access_state, backup, health, schema, tombstone_log
from gateway.store.tombstone_log import TombstoneLog
from jobs.lane_queue import LaneQueue
from jobs.monitoring import heartbeats
from jobs.notify import LANES
from tests.harness.cast import NUMBERS
from tests.harness.served import served
from translations.catalog import catalog_path

NETWORKS = "[networks.safaricom]\nsender = 'transactional'\n"


def said(result: Result, level: str) -> str:
    """Return the lines under one heading."""
    blocks = re.split(r"^(must|should|ok)\b.*:$", result.output, flags=re.MULTILINE)
    return dict(zip(blocks[1::2], blocks[2::2], strict=True)).get(level, "")


@pytest.fixture
def look(
    environ: dict[str, str], deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[object]:
    """Run the check with some settings changed."""
    file = tmp_path / "settings.toml"
    file.write_text(NETWORKS)

    def run(**changed: str) -> Result:
        values = settings.load(environ | {"MWAVULI_SETTINGS": str(file)} | changed)
        monkeypatch.setattr(common, "load_settings", lambda: values)
        return CliRunner().invoke(check.check)

    yield run


@pytest.fixture
def at_work(deployment: Deployment) -> Iterator[None]:
    """Register a worker on every lane, and a clock."""
    client = deployment.store.connection.create_rq_client()
    workers = [SimpleWorker([LaneQueue(lane, client)], connection=client) for lane in LANES]
    for worker in workers:
        worker.register_birth()
    deployment.store.heartbeats.record_scheduler_beat()
    deployment.store.copy_tombstones(TombstoneLog(deployment.settings.data_dir, deployment.store.vault.key_id))
    yield
    for worker in workers:
        worker.register_death()


@pytest.mark.usefixtures("durable_redis")
def test_where_all_is_well_it_ends_well(look, at_work: None) -> None:  # type: ignore[no-untyped-def]
    result = look()
    assert said(result, "must") == "", result.output
    assert result.exit_code == 0
    for line in ("every lane has a worker", "the scheduler is running", "evicts nothing", "every area has a verifier"):
        assert line in said(result, "ok")


def test_a_monitor_and_a_known_balance_end_the_remarks(look, deployment: Deployment, values: Settings) -> None:  # type: ignore[no-untyped-def]
    health.save_balance(deployment.store.connection, 12.5, "KES")
    with served(values) as web:
        assert web.status.get("/metrics").status_code == 200
    assert "a monitor polls /ready" in said(look(), "ok")


def test_it_always_says_that_no_outsider_has_audited_it(look, at_work: None) -> None:  # type: ignore[no-untyped-def]
    assert "no outsider has audited this" in said(look(), "should")


SETTINGS = [
    ({"MWAVULI_KEY": ""}, "must", "mwavuli keygen"),
    ({"MWAVULI_KEY": "aGVsbG8="}, "must", "not 32 random bytes"),
    ({"MWAVULI_KEY": new_key()}, "must", "does not open keyring"),
    ({"MWAVULI_WEBHOOK_TOKEN": ""}, "must", "MWAVULI_WEBHOOK_TOKEN is not set"),
    ({"MWAVULI_WEBHOOK_TOKEN": "0123456789abcdef" * 2 + "," + "a" * 40}, "should", "2 webhook tokens"),
    ({"HOST": "192.0.2.1"}, "must", "HOST is not on this machine"),
    ({"HOST": "::"}, "must", "HOST is not on this machine"),
    ({"MWAVULI_STATUS_HOST": "192.0.2.1"}, "must", "MWAVULI_STATUS_HOST is not on this machine"),
    ({}, "should", "MWAVULI_STATUS_TOKEN is not set"),
    ({"MWAVULI_NAME": "Mwavuli"}, "must", "MWAVULI_NAME reveals the purpose"),
    ({"AT_SENDER": "PinkLadies"}, "must", "AT_SENDER reveals the purpose"),
    ({"MWAVULI_LANGUAGES": "en,tlh"}, "must", "tlh"),
    ({"MWAVULI_HOTLINE": ""}, "should", "MWAVULI_HOTLINE"),
    ({"AT_SHORTCODE": ""}, "must", "AT_SHORTCODE"),
    ({"AT_USERNAME": "coalition", "AT_API_KEY": ""}, "must", "AT_API_KEY"),
    ({"MWAVULI_SETTINGS": ""}, "must", "each mobile network"),
    ({"REDIS_URL": "unix:///nowhere/redis.sock"}, "must", "Redis does not answer"),
    ({"REDIS_URL": "redis+sentinel://127.0.0.1:1/"}, "must", "no master's name"),
    ({}, "must", "lanes without a worker: alerts, messages, bulk"),
    ({}, "must", "no scheduler is running"),
    ({}, "should", "no monitor polls /ready or /metrics"),
    ({}, "should", "the provider reports no balance"),
    ({}, "should", "no speaker of the language has reviewed the catalog"),
    ({}, "should", "this country's law is missing"),
    ({}, "should", "the shipped ones, which are public"),
]


@pytest.mark.parametrize(("changed", "level", "words"), SETTINGS, ids=[words for _, _, words in SETTINGS])
def test_what_is_missing_is_said(look, changed: dict[str, str], level: str, words: str) -> None:  # type: ignore[no-untyped-def]
    result = look(**changed)
    assert words in said(result, level), result.output
    assert result.exit_code == 1  # no worker is at work here


def test_where_only_a_proxy_reaches_the_port_it_is_fine(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "settings.toml").write_text(f"[web]\nbehind_proxy = true\n{NETWORKS}")
    assert "reached through a proxy" in said(look(HOST="::"), "ok")


def test_a_lock_on_a_network_that_is_not_used_is_named(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "settings.toml").write_text(f"[web.addresses]\nkannel = ['127.0.0.1']\n{NETWORKS}")
    assert "[web.addresses] kannel: no network in use" in said(look(), "must")


def test_nothing_secret_is_said(look, environ: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    secret = {"MWAVULI_KEY": "aGVsbG8=", "MWAVULI_WEBHOOK_TOKEN": "fedcba98" * 4, "AT_API_KEY": "very-secret-key"}
    shown = look(**secret, AT_USERNAME="coalition").output + look().output
    for value in (*secret.values(), environ["MWAVULI_KEY"], environ["MWAVULI_WEBHOOK_TOKEN"], environ["REDIS_URL"]):
        assert value not in shown
    for name, number in NUMBERS.items():
        assert number[1:] not in shown and name not in shown


REDIS = [
    ("appendfsync", "everysec", "must", "lose the last second"),
    ("appendonly", "no", "must", "Redis loses"),
    ("maxmemory-policy", "allkeys-lru", "must", "deletes records"),
    ("slowlog-max-len", "128", "should", "slow log"),
    ("maxmemory", "0", "should", "set maxmemory"),
    ("hash-max-ziplist-entries", "128", "should", "hash-max-listpack-entries 512"),
]


@pytest.mark.parametrize(("name", "value", "level", "words"), REDIS, ids=[row[0] for row in REDIS])
def test_a_redis_that_loses_evicts_or_reveals_data(  # type: ignore[no-untyped-def]
    look, deployment: Deployment, name: str, value: str, level: str, words: str
) -> None:
    redis = deployment.store.connection.redis
    before = redis.config_get(name)[name]
    redis.config_set(name, value)
    try:
        assert words in said(look(), level)
    finally:
        redis.config_set(name, before)


def test_a_promotional_sender_with_hours(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "promotional.toml"
    file.write_text("[networks.airtel]\nsender = 'promotional'\nhours = '08:00-18:00'\n")
    assert "airtel (08:00-18:00): a promotional sender" in said(look(MWAVULI_SETTINGS=str(file)), "should")


def test_a_worker_of_this_machine_that_died_does_not_count(deployment: Deployment) -> None:
    connection = deployment.store.connection
    client = connection.create_rq_client()
    worker = SimpleWorker([LaneQueue("alerts", client)], connection=client)
    worker.register_birth()
    assert heartbeats.unserved_lanes(connection.create_rq_client()) == ["messages", "bulk"]
    client.hset(worker.key, "pid", 2**22 + 1)
    assert heartbeats.unserved_lanes(connection.create_rq_client()) == list(LANES)
    worker.register_death()


def remove(store: Deployment, *names: str) -> None:
    runner = CliRunner()
    for name in names:
        assert runner.invoke(staff.remove, ["--even-if-last"], input=NUMBERS[name]).exit_code == 0


def test_areas_without_a_verifier_are_named_by_the_top_of_their_branch(look, deployment: Deployment) -> None:  # type: ignore[no-untyped-def]
    remove(deployment, "Wema", "Zuhura")  # only Vera remains, for Kasri
    must = said(look(), "must")
    assert "areas without any verifier: Bonde Kijani, Pwani Ndoto, Pwani Ndoto/Mwamba Nje" in must
    assert "there is no admin" in must


def test_areas_with_nobody_on_duty(look, deployment: Deployment) -> None:  # type: ignore[no-untyped-def]
    remove(deployment, "Wema", "Zuhura")
    tomorrow = f"{datetime.now(ZoneInfo('Africa/Nairobi')) + timedelta(days=1):%a} 10:00-11:00"
    assert CliRunner().invoke(staff.duty, [tomorrow], input=NUMBERS["Vera"]).exit_code == 0
    assert "nobody on duty now: Pwani Ndoto/Kasri" in said(look(), "must")


def test_two_approvals_are_required_and_one_person_is_there(look, deployment: Deployment) -> None:  # type: ignore[no-untyped-def]
    remove(deployment, "Wema", "Zuhura", "Sabra")
    assert CliRunner().invoke(staff.duty, ["on"], input=NUMBERS["Vera"]).exit_code == 0
    assert "fewer than two people" in said(look(MWAVULI_APPROVALS="2"), "must")


def test_phones_that_never_answered_their_code(look, deployment: Deployment) -> None:  # type: ignore[no-untyped-def]
    enrolment.enrol_staff(Number.parse("+254711000077"), "New", Role.SENDER)
    places.grade_as_checked("D09", "Zuhura", Number.parse("+254711000209"), active=False)
    should = said(look(), "should")
    assert "2 staff phones get no texts" in should
    assert "checked clinics without an active phone: D09" in should


def test_a_lost_keyring_is_reported_and_none_is_made(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "has no keyring" in said(look(MWAVULI_DATA_DIR=str(tmp_path / "elsewhere")), "must")
    assert not (tmp_path / "elsewhere").exists()


def test_problems_before_the_store_opens_are_reported(look, deployment: Deployment, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    call = deployment.store.connection.execute
    assert "no backup was ever made" in said(look(), "should")
    for days, level, words in ((1, "ok", "1 days old"), (8, "should", "too old for a restore")):
        call("SET", backup.KEY, int(deployment.store.now()) - days * 86400 - 60)
        assert words in said(look(), level)
    call("SET", schema.KEY, schema.CURRENT_LAYOUT + 1)
    assert "newer release" in said(look(), "must")
    call("SET", schema.KEY, schema.CURRENT_LAYOUT)
    call("SET", access_state.KEY, "rotating:2")
    assert "mwavuli rotate-key" in said(look(), "must")
    call("DEL", access_state.KEY)
    (tmp_path / tombstone_log.FILE).write_text("not a tombstone\n")
    assert "is damaged" in said(look(), "must")
    (tmp_path / tombstone_log.FILE).unlink()
    assert "left is missing" in said(look(), "must"), "a list that is missing is no evidence that nobody left"
    keyring.destroy_keyring(tmp_path / keyring.KEYRING_FILE)
    assert "--new-keyring" in said(look(), "must")


def machine(root: Path, swaps: str, core_pattern: str) -> Path:
    """Return a root with these files of the kernel."""
    (root / "proc/sys/kernel").mkdir(parents=True)
    (root / "proc/swaps").write_text(f"Filename Type Size Used Priority\n{swaps}")
    (root / "proc/sys/kernel/core_pattern").write_text(core_pattern)
    return root


@pytest.mark.parametrize(
    ("swaps", "may_lock", "level"),
    [
        ("/dev/sda2 partition 9 0 -2", False, "must"),
        ("/swap.img file 9 0 -2", True, "should"),
        ("", False, "should"),
        ("", True, "ok"),
    ],
)
def test_a_thief_of_the_disk_finds_the_key_in_swap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: str, may_lock: bool, level: str
) -> None:
    monkeypatch.setattr(process_hardening, "may_lock_memory", lambda: may_lock)
    swap, _core = memory.check(machine(tmp_path, swaps, "|/bin/false"))
    assert swap.level == level, swap


def test_swap_that_stays_in_memory_or_is_encrypted_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_hardening, "may_lock_memory", lambda: True)
    swaps = "".join(f"/dev/{name} partition 9 0 -2\n" for name in ("zram0", "dm-1", "dm-3"))
    root = machine(tmp_path, swaps, "|/usr/share/crashes %p")
    for name, uuid in (("dm-3", "CRYPT-PLAIN-swap"), ("dm-1", "LVM-x"), ("dm-0", "CRYPT-LUKS2-x")):
        (root / "sys/block" / name / "dm").mkdir(parents=True)
        (root / "sys/block" / name / "dm/uuid").write_text(uuid)
    (root / "sys/block/dm-1/slaves/dm-0").mkdir(parents=True)
    assert [finding.level for finding in memory.check(root)] == ["ok", "should"], "the second is about core files"
    (root / "sys/block/zram0").mkdir()
    (root / "sys/block/zram0/backing_dev").write_text("/dev/sda3")
    assert next(memory.check(root)).level == "should", "zram that writes to a disk"


def test_a_wipe_that_was_cut_off_and_a_draft_of_the_keyring(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    draft = secret_file.write_draft(b"the keys", tmp_path / keyring.KEYRING_FILE)
    assert "1 drafts of the keyring" in said(look(), "should")
    assert not draft.exists()
    keyring.destroy_keyring(tmp_path / keyring.KEYRING_FILE)
    assert "run `mwavuli wipe` again" in said(look(), "must")
    keyring.note_wipe_finished(tmp_path / keyring.KEYRING_FILE)
    assert "run `mwavuli wipe` again" not in said(look(), "must")


def test_a_keyring_that_others_can_read(look, deployment: Deployment) -> None:  # type: ignore[no-untyped-def]
    (deployment.settings.data_dir / "keyring").chmod(0o644)
    assert "chmod 600" in said(look(), "must")


def own_phrases(folder: Path, said: str) -> dict[str, str]:
    """Return settings with an organisation's content that has code phrases of its own."""
    phrases = "".join(
        f'msgctxt "code phrase"\nmsgid "Line {n} service"\nmsgstr "{said} {n}"\n\n'
        for n in range(1, len(AlertKind) + 1)
    )
    (folder / catalog_path("en")).parent.mkdir(parents=True)
    (folder / catalog_path("en")).write_text(f'msgid ""\nmsgstr ""\n\n{phrases}')
    return {"MWAVULI_LANGUAGES": "en", "MWAVULI_CONTENT_DIR": str(folder)}


def test_shipped_code_phrases_are_public(look) -> None:  # type: ignore[no-untyped-def]
    assert "Zhongwen: the code phrases of raid, checkpoint" in said(look(), "should")


def test_the_organisations_own_phrases_end_the_remark(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shown = look(**own_phrases(tmp_path / "content", "Auntie"))
    assert "the code phrases are the organisation's own" in said(shown, "ok"), shown.output


def test_a_code_phrase_that_says_what_it_hides(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "reveal what they should hide" in said(look(**own_phrases(tmp_path / "content", "Raid")), "must")


def test_letters_that_make_the_organisations_own_sentences_dear(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "content"
    (folder / catalog_path("en")).parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n\n'
    entry = 'msgid "{sentence}"\nmsgstr "{words}"\n\n'
    own = {"Alerts near me": "Newsflаsh ✓", "My rights": "“Rights” – ours"}
    (folder / catalog_path("en")).write_text(head + "".join(entry.format(sentence=s, words=w) for s, w in own.items()))
    lines = said(look(MWAVULI_CONTENT_DIR=str(folder), MWAVULI_LANGUAGES="en"), "should")
    assert "'а' in 'Alerts near me': write 'a', '✓' in 'Alerts near me': leave it out" in lines
    assert "My rights" not in lines, "that is spelled with plain letters by itself"
    assert "no letter makes a sentence cost more" in said(look(), "ok"), "and none of the shipped ones does"


@pytest.mark.parametrize(
    ("networks", "level", "expected"),
    [
        ("[networks.airtel]\nsender = 'transactional'\n", "should", "airtel: no prefixes"),
        ("[networks.airtel]\nsender = 'promotional'\nhours = '8 to 6'\n", "must", "networks.airtel.hours"),
        ("[networks.airtel]\nsender = 'promotional'\nhours = '{closed}'\n", "should", "airtel delays them until"),
    ],
)
def test_networks(look, tmp_path: Path, networks: str, level: str, expected: str) -> None:  # type: ignore[no-untyped-def]
    opens = (datetime.now(ZoneInfo("Africa/Nairobi")).hour + 6) % 24
    (tmp_path / "n.toml").write_text(networks.replace("{closed}", f"{opens:02}:00-{(opens + 1) % 24:02}:00"))
    assert expected in said(look(MWAVULI_SETTINGS=str(tmp_path / "n.toml")), level)


HELPER = '[[helper]]\nname = "Legal Aid"\nkind = "lawyer"\nphone = "+254711000090"\n'


@pytest.mark.parametrize(
    ("file", "level", "expected"),
    [
        ("", "should", "no helpers are listed"),
        (HELPER, "should", "without an answer on their work with police and immigration: Legal Aid"),
        (HELPER + 'police = "no"\nimmigration = "no"\n', "ok", "helpers are listed"),
        (HELPER + 'police = "never"\n', "must", "helpers.toml"),
        (HELPER + 'mobile = "1"\n', "must", "helpers.toml"),
        ("[[helper", "must", "helpers.toml"),
    ],
)
def test_helpers(look, tmp_path: Path, file: str, level: str, expected: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "helpers.toml").write_text(file)
    assert expected in said(look(MWAVULI_CONTENT_DIR=str(tmp_path / "content")), level)


def test_a_slot_filled_with_too_much(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "slots.toml").write_text(f'[bail]\nen = "{"Bail is a long word here. " * 30}"\n')
    assert "too many pages" in said(look(MWAVULI_CONTENT_DIR=str(tmp_path / "content")), "should")


def test_the_organisations_words_are_checked_all_at_once(look, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A sentence that cannot be sent, or gives away, must be mended. A broken file hides no other check."""
    folder = tmp_path / "content"
    (folder / catalog_path("en")).parent.mkdir(parents=True)
    (folder / catalog_path("fr")).parent.mkdir(parents=True)
    own = {
        "Notice for {where}: {at} to {until}. Details: dial {dial}": "POLICE RAID {plac}: {at}",
        "An answer waits for you. Dial {dial}": "Your HIV test is back. Dial {dial}",
        "Health": "Whore clinic",
        "Tell us": "Tell us all that you know about it",
    }
    entries = "".join(f'msgid "{english}"\nmsgstr "{words}"\n\n' for english, words in own.items())
    (folder / catalog_path("en")).write_text(f'msgid ""\nmsgstr ""\n\n{entries}')
    (folder / catalog_path("fr")).write_text('msgid "unfinished\n')
    (folder / "helpers.toml").write_text("[[helper")
    shown = look(MWAVULI_CONTENT_DIR=str(folder), MWAVULI_LANGUAGES="en,fr")
    must, should = said(shown, "must"), said(shown, "should")
    for expected in ("has {plac}, which the English has not", "'hiv' gives away", "fr/LC_MESSAGES", "helpers.toml"):
        assert expected in must, expected
    for expected in ("'whore' stands on no phone", "its place on the phone has 20", "no speaker of the language"):
        assert expected in should, expected
    assert "lanes without a worker" in must, "the checks that follow ran too"


NAMES = [
    ("Info line", ""), ("Habari", ""), ("Credit info", ""), ("Shared notes", ""), ("Bluebird", ""), ("INFO254", ""),
    ("Mwavuli", "mwavuli"), ("MWAVULI254", "mwavuli"), ("RedUmbrella", "umbrella"), ("Red", "red"), ("RedLine", "red"),
    ("Pink-Info", "pink"), ("Ladies Night", "ladies"), ("sexinfo", "sex"), ("SexInfo", "sex"),
    ("SEXWORKERS", "sexworker"), ("Rosé", "rose"), ("KAHABA", "kahaba"), ("Clinics", "clinic"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "word"), NAMES, ids=[name for name, _ in NAMES])
def test_names_that_give_away(name: str, word: str) -> None:
    found = setup.find_revealing_word(name)
    assert bool(found) == bool(word), found


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"AT_USERNAME": "demo", "AT_API_URL": ""}, "AT_API_URL must be on this machine"),
        ({"AT_USERNAME": "demo", "AT_API_URL": "https://api.example.org"}, "AT_API_URL must be on this machine"),
        ({"AT_USERNAME": "demo", "AT_API_URL": "", "AT_API_KEY": ""}, "AT_API_URL must be on this machine"),
    ],
)
def test_what_stops_workers_and_clock_is_said(look, changed: dict[str, str], words: str) -> None:  # type: ignore[no-untyped-def]
    assert re.search(f"workers and clock do not start: .*{words}", said(look(**changed), "must"))


def test_nothing_set_up_yet_is_said(look, deployment: Deployment, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    deployment.store.connection.execute("FLUSHALL")
    result = look(MWAVULI_DATA_DIR=str(tmp_path / "empty"))
    assert "there are no areas, no staff and no clinics yet" in said(result, "must")
    assert not (tmp_path / "empty").exists()
