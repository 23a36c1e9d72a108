"""A caller's areas, consent, language and PIN."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority
from gateway.model.subscription import Channel, TextPreference, Wording


class Subscribe(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.FRESH_CODE
    durability = Durability.REPLICATED
    adds_data = True

    area: str
    channel: Channel = Channel.USSD


class LeaveArea(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.CONFIRMED
    needs_own_pin = True

    area: str


class AddTonightArea(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True

    area: str


class Unsubscribe(Intent, frozen=True):
    """Stop all texts at once, on every channel."""

    rule = EVERYBODY
    by_text = TextAuthority.ACTS
    durability = Durability.CONFIRMED


class StartTexts(Intent, frozen=True):
    """Text the caller again, after a network said that the owner of the phone had opted out."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True


class DeleteCaller(Intent, frozen=True):
    """Delete the records of this phone. Where an own PIN is set and was not given, it is done some days later."""

    rule = EVERYBODY
    by_text = TextAuthority.FRESH_CODE
    durability = Durability.CONFIRMED


class SetLanguage(Intent, frozen=True):
    """Use this language for the stored records; use it for the next session only if `remember`."""

    rule = EVERYBODY
    by_text = TextAuthority.FRESH_CODE

    lang: str
    remember: bool


class SetWording(Intent, frozen=True):
    """Choose the wording of warnings."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    wording: Wording


class SetTextPreference(Intent, frozen=True):
    """Choose which texts are sent."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    text_preference: TextPreference


class SetOwnPin(Intent, frozen=True):
    """Set the caller's own PIN; an empty one removes it."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    pin: str


class TextCaller(Intent, frozen=True):
    """Texts that a caller asked for, to the caller's own phone."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    texts: tuple[str, ...]
