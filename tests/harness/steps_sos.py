"""A running SOS, and the time it takes."""

from gateway.model.sos import Sos
from tests.harness.cast import NUMBERS, number
from tests.harness.town import Town


def empty_inboxes(town: Town) -> None:
    for name in NUMBERS:
        town.inbox(name)


def pass_sos_stages(town: Town, n: int = 5) -> None:
    for _ in range(n):
        town.sleep(121)
        town.work()


def running_sos(town: Town, name: str = "Amina") -> Sos:
    sos = town.store.read_turn(number(name)).sos
    assert sos
    return sos
