"""One USSD call: what was shown, so that what was on the phone is what a key opens."""

import msgspec

from menus.engine.screen import Choice, Link


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept between turns, sealed. Of the network's cumulative text only a keyed hash and the length stay."""

    id_digest: bytes = b""
    """keyed hash of the network's session id"""
    previous_id_digest: bytes = b""
    """the same of the call before: what the network repeats of that one, late, is no new call"""
    input_digest: bytes = b""
    input_chars: int = 0
    sequence: int = 0
    """of the last request, at a network that counts the requests of a session"""
    updated_at: int = 0
    lang: str = ""
    reply: str = ""
    is_final: bool = False
    """the call ends with this screen's last page"""
    ended: bool = False

    location: Link = Link("home.home")
    trail: tuple[Link, ...] = ()
    text: str = ""
    choices: tuple[Choice, ...] = ()
    answer_link: Link | None = None
    answer_arg: str = ""
    page_starts: tuple[int, ...] = (0,)
    """where each page up to the one shown begins"""
    next_page_start: int | None = None
    choices_seen: int = 0
    """so many choices were on the phone so far: nobody agrees to what stands on a later page"""
    has_acted: bool = False
    """this screen did something: nobody comes back to it"""
    grants: tuple[str, ...] = ()
    """'staff', 'own', or 'empty' where a wrong own PIN shows an empty account"""

    def pack(self) -> bytes:
        return _encode(self)

    @classmethod
    def unpack(cls, data: bytes) -> "Session":
        return _decode(data)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode
