"""Our reference of a text to a number. With our key it gives the number; without the key it gives nothing."""

from gateway.crypto.vault import TOKEN_BYTES, Purpose, Vault
from gateway.errors import BadInput
from gateway.numbers import Number

WORK_DIGEST_BYTES = 8


def make_reference(vault: Vault, work: bytes, number: Number) -> str:
    """Return the reference, 64 hexadecimal digits. `work` names the text; the same work gives the same reference."""
    return (vault.digest("reference", work)[:WORK_DIGEST_BYTES] + vault.token(number, Purpose.REFERENCE)).hex()


def open_reference(vault: Vault, reference: str) -> Number:
    """Return the number behind a reference. Raises BadInput for any other text, and for a reference of another key."""
    try:
        raw = bytes.fromhex(reference)
    except ValueError:
        raise BadInput("no reference of ours") from None
    if len(raw) != WORK_DIGEST_BYTES + TOKEN_BYTES:
        raise BadInput("no reference of ours")
    return vault.number(raw[WORK_DIGEST_BYTES:], Purpose.REFERENCE)
