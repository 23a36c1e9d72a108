"""Keyed hashes of PINs and codes, and the tags that replace a phone's number in the keys of its records."""

from typing import NamedTuple

from gateway.crypto.vault import TAG_BYTES, Purpose, Vault
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
    return Tags(*vault.tags(number, len(Tags._fields)))


def phone_tag(vault: Vault, number: Number, label: str) -> bytes:
    """Return the tag of this phone in the keys of the kinds of record with this label (12 bytes).

    Tags of two labels cannot be joined without the key.
    """
    if label in Tags._fields:
        return derive_tags(vault, number)[Tags._fields.index(label)]
    return vault.digest(label.encode() + b":" + number.to_int().to_bytes(8, "big"), TAG_BYTES)


def invitation_hash(vault: Vault, owner: Number, number: Number) -> bytes:
    """Return the hash in the owner's record for an invited number. It differs for each owner."""
    return vault.digest(b"asked:" + owner.to_int().to_bytes(8, "big") + number.to_int().to_bytes(8, "big"))


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
    return vault.digest(number.to_int().to_bytes(8, "big") + f":{kind}:{typed.strip()}".encode())


def hash_own_pin(vault: Vault, number: Number, typed: str) -> bytes:
    """Return the hash of an own PIN or a second code, which change places under duress."""
    return hash_secret(vault, number, "own", typed)
