"""The state of one USSD session: what the phone shows, so that a key opens the choice that the caller saw."""

import msgspec

from menus.engine.screen import Choice, Link, by_key


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """Stored between turns, sealed. Of the network's cumulative input it stores a keyed hash and the length only."""

    id_digest: bytes = b""
    """Keyed hash of the network's session id."""
    previous_id_digest: bytes = b""
    """The same of the session before. A late repetition of that session's requests is not a new session."""
    input_digest: bytes = b""
    input_chars: int = 0
    sequence: int = 0
    """of the last request, at a network that counts the requests of a session"""
    updated_at: int = 0
    lang: str = ""
    reply: str = ""
    is_final: bool = False
    """Whether the session ends with this screen's last page."""
    ended: bool = False

    location: Link = Link("home.home")
    trail: tuple[Link, ...] = ()
    text: str = ""
    choices: tuple[Choice, ...] = ()
    details: str = ""
    """Text behind the choices."""
    keeps_choices: bool = False
    """Whether all choices stand on one page."""
    answer_link: Link | None = None
    answer_arg: str = ""
    wants_digits: bool = False
    """Whether the question takes one or two digits as its answer."""
    page_starts: tuple[int, ...] = (0,)
    """Where each page begins, up to the current one."""
    next_page_start: int | None = None
    choices_seen: int = 0
    """How many choices the phone has shown: nobody can agree to a choice on a later page."""
    has_acted: bool = False
    """Whether this screen had an effect: then 0 does not lead back to it."""
    grants: tuple[str, ...] = ()
    """'staff', 'own': what the PINs that were typed in this session open"""
    role_digest: bytes = b""
    """Keyed hash of the roles, area and clinic that the staff PIN opened. A change of them ends the session."""
    changes: dict[str, bytes] = {}
    """What this session changed in the empty account that is shown before the PIN (`turns.before_pin`)."""

    def choice_seen(self, typed: str) -> Choice | None:
        """Return the choice that this key opens, among those that the phone has shown."""
        shown = by_key(self.choices[: self.choices_seen])
        return shown.get(typed.lstrip("0") if len(typed) <= 3 else typed)

    def pack(self) -> bytes:
        return _encode(self)

    @classmethod
    def unpack(cls, data: bytes) -> "Session":
        return _decode(data)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode
