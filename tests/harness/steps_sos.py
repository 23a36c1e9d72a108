"""A running SOS, and the time it takes."""

from gateway.model import intents
from gateway.model.sos import Sos
from gateway.model.sos_answer import SosAnswer
from gateway.store import Store
from gateway.store.open_sos import OpenSosList, listing_command
from gateway.store.records.callers import SOS
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_turns import do
from tests.harness.town import Town


def empty_inboxes(town: Town) -> None:
    for name in NUMBERS:
        town.inbox(name)


def pass_sos_stages(town: Town, n: int = 5) -> None:
    for _ in range(n):
        town.sleep(121)
        town.work()


def open_sos(store: Store) -> dict[bytes, Sos]:
    """Return every listed SOS by its tag."""
    listed = OpenSosList(store.vault).sort(store.connection.execute(*listing_command()))
    found = ((each.tag, store.safety_records.read(SOS, each.tag)[1]) for _member, each in listed)
    return {tag: sos for tag, sos in found if sos}


def open_codes(town: Town) -> list[str]:
    return [sos.code for sos in open_sos(town.store).values()]


def running_sos(town: Town, name: str = "Amina") -> Sos:
    sos = town.store.read_turn(number(name)).sos
    assert sos
    return sos


def close_sos(town: Town, answer: SosAnswer = SosAnswer.DONE, name: str = "Amina") -> None:
    """Let two responders say that this caller's SOS is over, as it takes to close it."""
    code = running_sos(town, name).code
    for responder in ("Rehema", "Salma"):
        do(town, responder, intents.AnswerSos(code, answer))
