"""How the loops beside ours send: the same call that our workers make, or the SDK unchanged."""

from collections.abc import Sequence
from typing import Any

from africastalking.SMS import SMSService

from gateway.cli.common import load_deployment, load_settings
from gateway.crypto.vault import Purpose
from gateway.providers.africastalking.send import AfricasTalking

TEXT = "Notice for Bench 0, Market gate: 21:40 to 00:40. Details: dial *384*2024#"
TIMEOUT = (3.05, 9.05)
ACCEPTED = 101


class Stock(SMSService):  # type: ignore[misc]
    """The SDK's own requests, with a connection each; only the base URL differs."""

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = load_settings().at_api_url + "/version1"


def ready(stock: bool = False) -> Any:
    """Return the SDK's service, unchanged or as our provider uses it (with a connection that stays open)."""
    values = load_settings()
    return Stock(values.at_username, values.at_api_key) if stock else AfricasTalking(values)._sms


def send(sdk: Any, tokens: Sequence[bytes], record: str) -> None:
    """Decrypt, make one SDK call, and record a state for each recipient."""
    vault, connection = load_deployment().store.vault, load_deployment().store.connection
    by_number = {vault.number(token, Purpose.SUBSCRIBER).e164: token for token in tokens}
    answer = sdk.send(TEXT, list(by_number), load_settings().shortcode, timeout=TIMEOUT)
    data = answer if isinstance(answer, dict) else answer.json()
    rows = data["SMSMessageData"]["Recipients"]
    words = [word for row in rows if row["statusCode"] == ACCEPTED for word in (by_number[row["number"]], b"a")]
    connection.execute("HSET", record, *words)


def members(areas: Sequence[str]) -> list[bytes]:
    """Return everybody in these areas, with one round trip an area."""
    store = load_deployment().store
    found: set[bytes] = set()
    for area in areas:
        for tokens in store.connection.batch([("HKEYS", f"area:{area}:{byte}") for byte in range(256)]):
            found.update(tokens)
    return list(found)
