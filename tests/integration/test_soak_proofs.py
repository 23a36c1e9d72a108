"""The proofs of the soak find each kind of error."""

import time

import pytest

from gateway.model.broadcast import Broadcast
from gateway.model.world import World
from gateway.store import Transaction, keys
from tests.bench.soak import proofs
from tests.bench.soak.ledger import Ledger, Promise
from tests.bench.soak.memory import GROUND, Memory, Sample
from tests.harness.cast import NUMBERS
from tests.harness.steps_alerts import PEOPLE, send, subscribe
from tests.harness.town import Town

PLACE = "Gate 1234"
SOMEBODY = PEOPLE[7]


@pytest.fixture
def ledger(town: Town) -> Ledger:
    """Return the ledger of a warning that all 250 people got."""
    subscribe(town, PEOPLE)
    send(town, place=PLACE)
    town.work()
    found = Ledger(town.network)
    found.look()
    return found


def wrong(town: Town, ledger: Ledger) -> list[str]:
    return proofs.adds_up(town.store, broadcast(town), set(ledger.sent(PLACE, set(), False)))


def broadcast(town: Town) -> Broadcast:
    town.store.read_world()
    (found,) = town.store.world_cache.broadcasts.items.values()
    return found


def part(town: Town, name: str | int) -> bytes:
    """Return the key of a part of the broadcast."""
    return keys.broadcast_part(town.store.vault, broadcast(town).id, name)


def test_the_proofs_find_nothing_where_all_is_right(town: Town, ledger: Ledger) -> None:
    assert wrong(town, ledger) == []
    town.sms.handle_text("stop", SOMEBODY, "STOP")
    town.work()
    assert wrong(town, ledger) == [], "a recipient who left afterwards counts"


@pytest.mark.parametrize("state, by", [("a", 1), ("a", -1), ("p", 1), ("d", 2)])
def test_a_count_changed_by_hand(town: Town, ledger: Ledger, state: str, by: int) -> None:
    town.store.connection.execute("HINCRBY", part(town, "n"), state, by)
    assert wrong(town, ledger)


def test_a_recipient_lost_from_the_record(town: Town, ledger: Ledger) -> None:
    token, under_way = town.store.read_turn(SOMEBODY).token, broadcast(town)
    where = part(town, keys.token_prefix(token, under_way.shard_bits))
    assert town.store.connection.execute("HDEL", where, token)
    town.store.connection.execute("HINCRBY", part(town, "n"), "a", -1)
    assert wrong(town, ledger)


def test_a_warning_that_the_network_never_had(town: Town, ledger: Ledger) -> None:
    for numbers in ledger.texts.values():
        numbers.pop(SOMEBODY.e164, None)
    assert wrong(town, ledger)


def test_a_promised_text_that_was_lost_or_came_twice(town: Town, ledger: Ledger) -> None:
    town["Chiku"].text("HELP")
    town.work()
    ledger.look()
    owed = [Promise(NUMBERS["Chiku"], "Please dial")]
    assert proofs.kept(owed, ledger, unknown=0) == []
    lost = [Promise(NUMBERS["Dafina"], "STOP")]
    assert proofs.kept(lost, ledger, unknown=0)
    assert proofs.kept(lost, ledger, unknown=1) == [], "that text is noted as unknown"
    ledger.inbox[NUMBERS["Chiku"]] *= 2
    assert proofs.kept(owed, ledger, unknown=1)


def test_a_warning_to_somebody_who_had_left(town: Town, ledger: Ledger) -> None:
    assert proofs.silent({SOMEBODY.e164: time.time()}, ledger) == []
    assert proofs.silent({SOMEBODY.e164: time.time() - 60}, ledger)


def test_a_member_who_was_lost(town: Town, ledger: Ledger) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    assert proofs.members(town.store, {SOMEBODY.e164: area}) == []
    _forget(town)
    assert proofs.members(town.store, {SOMEBODY.e164: area})


def _forget(town: Town) -> None:
    token = town.store.read_turn(SOMEBODY).token

    def forget(world: World, transaction: Transaction, now: int) -> None:
        transaction.write("HDEL", keys.subscription_bucket(token), token)

    town.store.transact(forget)


@pytest.mark.parametrize("leak, grown", [(0, []), (GROUND // 50, ["web"])])
def test_a_process_that_grows(leak: int, grown: list[str]) -> None:
    memory, size = Memory(), 80 * 2**20
    memory.samples["web"] = [Sample(at, 1, 2 * size) for at in range(50)]  # an earlier life
    memory.samples["web"] += [Sample(at, 2, size + at * leak) for at in range(50, 450)]
    assert [said.split()[0] for said in memory.flat()] == grown
