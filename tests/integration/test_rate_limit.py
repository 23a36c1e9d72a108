"""The network's rate limit: shared by all workers, counted in segments, with a share for alerts alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import settings
from gateway.cli import redis_server
from gateway.errors import BadInput
from gateway.model.broadcast import RecipientState
from gateway.store import Connection, RateLimiter
from tests.harness.steps_alerts import PEOPLE, counts, send, subscribe
from tests.harness.town import Town


@pytest.fixture
def connection(redis_socket: Path) -> Iterator[Connection]:
    found = Connection(redis_server.unix_url(redis_socket))
    found.execute("FLUSHALL")
    yield found
    found.execute("FLUSHALL")


def waits(connection: Connection, rate: float, reserve: float, *turns: tuple[int, bool]) -> list[list[int]]:
    """Return the seconds for which each request of these segments must wait, urgent or not."""
    delays: list[list[int]] = []
    rates = settings.Sending(rate=rate, reserve=reserve)
    pace = RateLimiter(connection, rates, sleep=lambda seconds: delays[-1].append(round(seconds)))
    for segments, urgent in turns:
        delays.append([])
        pace.acquire("kannel", segments, urgent)
    return delays


def test_a_request_waits_for_earlier_requests(connection: Connection) -> None:
    assert waits(connection, 10, 0.5, (1000, True), (500, True), (10, True)) == [[0], [100], [150]]


def test_all_workers_share_the_rate(connection: Connection) -> None:
    waits(connection, 10, 0.5, (1000, True))
    assert waits(connection, 10, 0.5, (10, True)) == [[100]]


def test_work_that_is_not_urgent_gets_the_unreserved_share(connection: Connection) -> None:
    """1,000 segments at 10 a second, half of it reserved: the next bulk text waits 200 s, an alert 100."""
    assert waits(connection, 10, 0.5, (1000, False), (10, False), (10, True)) == [[0, 0], [200, 100], [101]]


def test_each_network_has_its_own_rate(connection: Connection) -> None:
    """A busy network delays no other. A network without its own rate has the general one."""
    delays: list[float] = []
    rates = settings.Sending(rate=10, kannel=settings.RateLimit(rate=100), africastalking=None)
    pace = RateLimiter(connection, rates, sleep=delays.append)
    for line, segments in (("kannel", 1000), ("kannel", 1), ("africastalking", 1000), ("africastalking", 1)):
        pace.acquire(line, segments, is_urgent=True)
    assert [round(seconds) for seconds in delays] == [0, 10, 0, 100]
    assert rates.slowest_rate({"kannel", "africastalking"}) == 10
    assert rates.slowest_rate({"kannel"}) == 100


def test_without_a_rate_nothing_is_asked_of_redis(connection: Connection) -> None:
    assert waits(connection, 0, 0.5, (1000, True), (1000, False)) == [[], []]
    assert not connection.execute("EXISTS", "pace:kannel:all", "pace:kannel:others")


def test_the_rate_record_expires_once_it_is_over(connection: Connection) -> None:
    waits(connection, 10, 0.5, (1000, True))
    assert 99_000 < connection.execute("PTTL", "pace:kannel:all") <= 101_000


@pytest.mark.parametrize("pace", ["rate = 0.5", "rate = -1", "reserve = 1.0"])
def test_refuses(tmp_path: Path, environ: dict[str, str], pace: str) -> None:
    (tmp_path / "settings.toml").write_text(f"[sending]\n{pace}\n")
    with pytest.raises(BadInput, match=r"rate|reserve"):
        settings.load(environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")})


def test_the_settings_file_has_a_rate_for_one_network(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "settings.toml").write_text("[sending]\nrate = 50\n[sending.kannel]\nrate = 5\nreserve = 0.2\n")
    pace = settings.load(environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}).tuning.sending
    assert (pace.rate_limit_for("kannel").rate, pace.rate_limit_for("kannel").reserve) == (5, 0.2)
    assert (pace.rate_limit_for("africastalking").rate, pace.rate_limit_for("africastalking").reserve) == (50, 0.5)


class TestSlowNetwork:
    @pytest.fixture
    def environ(self, tmp_path: Path, environ: dict[str, str]) -> dict[str, str]:
        (tmp_path / "settings.toml").write_text("[sending]\nrate = 50\n")
        return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}

    def test_each_answer_reserves_its_segments(self, town: Town) -> None:
        """Every answer takes its segment of both queues."""
        town["Amina"].text_and_confirm("JOIN soko mwezi")
        assert len(town["Amina"].inbox()) == 1
        reserved = town.store.connection.execute("MGET", "pace:africastalking:all", "pace:africastalking:others")
        assert all(reserved)

    def test_an_alert_makes_small_calls(self, town: Town) -> None:
        """Each call takes a quarter of a second of the shared rate: none waits long, and none is lost."""
        subscribe(town, PEOPLE[:60])
        number = send(town)
        town.work()
        assert counts(town, number) == {RecipientState.ACCEPTED: 60}
        assert town.network.get("/stats").json()["largest_call"] == 12
