"""Typed PINs and codes, compared with the keyed hashes of one turn's records."""

from gateway.crypto.secrets import contact_eligibility, hash_duress_pin, hash_own_pin, hash_secret
from gateway.model.caller import SecretChecks
from gateway.model.client_report import LookupKeys
from gateway.model.contacts import ContactEligibility, SafetyProfile
from gateway.numbers import Number
from gateway.store.turn import Turn


class TurnSecretChecks(SecretChecks):
    """Compares typed secrets with stored keyed hashes."""

    def __init__(self, turn: Turn):
        self._turn = turn

    def is_own_pin(self, typed: str) -> bool:
        stored = self._turn.own_pin_hash
        return bool(stored and stored == hash_own_pin(self._turn.vault, self._turn.number, typed))

    def is_duress_pin(self, typed: str) -> bool:
        profile = self._turn.safety_profile
        return bool(
            profile
            and profile.duress_pin_hash
            and profile.duress_pin_hash == hash_duress_pin(self._turn.vault, self._turn.number, typed)
        )

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        return contact_eligibility(self._turn.vault, self._turn.number, profile, Number.parse(e164), self._turn.now)

    def is_staff_pin(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(
            staff
            and staff.pin_hash
            and staff.pin_hash == hash_secret(self._turn.vault, self._turn.number, "pin", typed)
        )

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.lookup_keys(typed) if self._turn.client_hasher else None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.phone_lookup_keys(typed) if self._turn.client_hasher else None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.plate_lookup_keys(typed) if self._turn.client_hasher else None

    def is_one_use_code(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(staff and hash_secret(self._turn.vault, self._turn.number, "code", typed) in staff.code_hashes)

    def is_activation_code(self, typed: str) -> bool:
        staff = self._turn.staff
        if not staff or not staff.activation_hash:
            return False
        return staff.activation_hash == hash_secret(self._turn.vault, self._turn.number, "activation", typed)
