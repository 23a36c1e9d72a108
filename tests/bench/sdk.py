"""What the loops beside ours send with: the very call our workers make, or the SDK as it comes."""

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
    """The SDK's own requests, a connection each; only the base URL is another."""

    def _init_service(self) -> None:
        super()._init_service()
        self._baseUrl = load_settings().at_api_url + "/version1"


def ready(stock: bool = False) -> Any:
    """The SDK's service: as it comes, or as our provider uses it (it keeps its connection open)."""
    values = load_settings()
    return Stock(values.at_username, values.at_api_key) if stock else AfricasTalking(values)._sms


def send(sdk: Any, tokens: Sequence[bytes], record: str) -> None:
    """Decrypt, one SDK call, record a state for each."""
    vault, connection = load_deployment().store.vault, load_deployment().store.connection
    by_number = {vault.number(token, Purpose.SUBSCRIBER).e164: token for token in tokens}
    answer = sdk.send(TEXT, list(by_number), load_settings().shortcode, timeout=TIMEOUT)
    data = answer if isinstance(answer, dict) else answer.json()
    rows = data["SMSMessageData"]["Recipients"]
    words = [word for row in rows if row["statusCode"] == ACCEPTED for word in (by_number[row["number"]], b"a")]
    connection.execute("HSET", record, *words)


def members(areas: Sequence[str]) -> list[bytes]:
    """Everybody in these areas: one round trip an area."""
    store = load_deployment().store
    found: set[bytes] = set()
    for area in areas:
        for tokens in store.connection.batch([("HKEYS", f"area:{area}:{byte}") for byte in range(256)]):
            found.update(tokens)
    return list(found)
