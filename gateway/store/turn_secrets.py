"""Typed PINs and codes, compared with the keyed hashes of one turn's records."""

from gateway.crypto.secrets import contact_eligibility, hash_own_pin, hash_secret
from gateway.crypto.vault import Purpose
from gateway.model.caller import GivenPin, SecretChecks
from gateway.model.client_report import LookupKeys
from gateway.model.contacts import ContactEligibility, SafetyProfile
from gateway.numbers import Number
from gateway.store.turn import Turn


class TurnSecretChecks(SecretChecks):
    """Compares typed secrets with stored keyed hashes.

    `phone`: the turn as read, where `turn` is the view before the PIN.
    """

    def __init__(self, turn: Turn, phone: Turn | None = None):
        self._turn, self._phone = turn, phone or turn

    def given_pin(self, typed: str) -> GivenPin:
        """Compare with the phone's own PIN, its second code and the staff PIN.

        After many wrong PINs the own ones open nothing, but the second code still calls the caller's people.
        """
        phone, attempts = self._phone, self._phone.pin_attempts
        digest = hash_own_pin(phone.vault, phone.number, typed)
        account, profile = phone.true_account, phone.safety_profile
        is_free = account is not None and digest == account.safety_profile.pin_hash
        is_second = profile is not None and digest == profile.duress_pin_hash
        is_known = is_free or is_second or digest == phone.own_pin_hash
        is_blocked = attempts is not None and attempts.is_blocked(phone.now)
        staff = phone.staff if phone.staff and phone.staff.active and not phone.staff.is_locked(phone.now) else None
        return GivenPin(
            opens_account=is_known and not is_blocked,
            is_duress=(is_second and account is None) or (is_free and not is_blocked),
            opens_team=staff is not None and self._is_staff_pin(typed),
            counts_for_team=staff is not None and not is_known,
        )

    def may_try_digits(self) -> bool:
        attempts = self._phone.pin_attempts
        return attempts is None or not attempts.is_blocked(self._phone.now)

    def draft_pin(self, typed: str) -> str:
        return hash_secret(self._phone.vault, self._phone.number, "draft", typed).hex()

    def is_own_pin(self, typed: str) -> bool:
        stored = self._turn.own_pin_hash
        return bool(stored and stored == hash_own_pin(self._turn.vault, self._turn.number, typed))

    def is_duress_pin(self, typed: str) -> bool:
        profile = self._turn.safety_profile
        return bool(
            profile
            and profile.duress_pin_hash
            and profile.duress_pin_hash == hash_own_pin(self._turn.vault, self._turn.number, typed)
        )

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        return contact_eligibility(self._turn.vault, self._turn.number, profile, Number.parse(e164), self._turn.now)

    def is_staff_pin(self, typed: str) -> bool:
        return self._is_staff_pin(typed)

    def _is_staff_pin(self, typed: str) -> bool:
        phone, staff = self._phone, self._phone.staff
        return bool(staff and staff.pin_hash and staff.pin_hash == hash_secret(phone.vault, phone.number, "pin", typed))

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.lookup_keys(typed) if self._turn.client_hasher else None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.phone_lookup_keys(typed) if self._turn.client_hasher else None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.plate_lookup_keys(typed) if self._turn.client_hasher else None

    def has_role(self, e164: str) -> bool:
        return self._turn.vault.token(Number.parse(e164), Purpose.STAFF) in self._turn.world.roster.by_token

    def is_one_use_code(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(staff and hash_secret(self._turn.vault, self._turn.number, "code", typed) in staff.code_hashes)

    def is_activation_code(self, typed: str) -> bool:
        staff = self._turn.staff
        if not staff or not staff.activation_hash:
            return False
        return staff.activation_hash == hash_secret(self._turn.vault, self._turn.number, "activation", typed)
