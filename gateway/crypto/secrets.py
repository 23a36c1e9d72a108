"""Keyed hashes of PINs and codes, and the tags that replace a phone's number in the keys of its records."""

from collections.abc import Sequence
from typing import NamedTuple

from gateway.crypto.vault import Purpose, Vault
from gateway.model.contacts import ContactEligibility, SafetyProfile
from gateway.numbers import Number


class Tags(NamedTuple):
    """The tags of a phone in the keys of short-lived records. They cannot be joined or reversed without the key."""

    session: bytes
    report_pause: bytes
    own_referrals: bytes
    reply_window: bytes
    loop: bytes


def derive_tags(vault: Vault, number: Number) -> Tags:
    return Tags(*phone_tags(vault, number, Tags._fields).values())


def phone_tags(vault: Vault, number: Number, labels: Sequence[str]) -> dict[str, bytes]:
    """Return the tags of this phone by label, each once.

    A tag (16 bytes) stands in the keys of the kinds of record with its label. Tags of two labels cannot be joined
    without the key.
    """
    return dict(zip(labels, vault.digests([f"tag:{label}" for label in labels], _to_bytes(number)), strict=True))


def phone_tag(vault: Vault, number: Number, label: str) -> bytes:
    """Return the tag of this phone for one label."""
    return vault.digest(f"tag:{label}", _to_bytes(number))


def invitation_hash(vault: Vault, owner: Number, number: Number) -> bytes:
    """Return the hash in the owner's record for an invited number. It differs for each owner."""
    return vault.digest("invitation", _to_bytes(owner) + _to_bytes(number))


def _to_bytes(number: Number) -> bytes:
    return number.to_int().to_bytes(8, "big")


def contact_eligibility(
    vault: Vault, owner: Number, profile: SafetyProfile | None, number: Number, now: int
) -> ContactEligibility:
    """Return whether the owner may invite this number, or the reason why not."""
    if number == owner:
        return ContactEligibility.OWN_NUMBER
    if profile is None:
        return ContactEligibility.ALLOWED
    return profile.contact_eligibility(vault.token(number, Purpose.CONTACT), invitation_hash(vault, owner, number), now)


def hash_secret(vault: Vault, number: Number, kind: str, typed: str) -> bytes:
    """Return the keyed hash of a PIN or code of this phone. It is useless without the key, and for another phone."""
    return vault.digest(f"secret:{kind}", _to_bytes(number) + typed.strip().encode())


def hash_own_pin(vault: Vault, number: Number, typed: str) -> bytes:
    """Return the hash of an own PIN or a second code, which change places under duress."""
    return hash_secret(vault, number, "own", typed)
