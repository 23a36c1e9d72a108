"""One USSD call: what was shown, so that what was on the phone is what a key opens."""

import msgspec

from menus.screen import Choice, Link


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept between turns, sealed. Of the network's cumulative text only a keyed hash and the length stay."""

    call: bytes = b""
    """keyed hash of the network's session id"""
    previous: bytes = b""
    """the same of the call before: what the network repeats of that one, late, is no new call"""
    heard: bytes = b""
    length: int = 0
    at: int = 0
    lang: str = ""
    reply: str = ""
    closes: bool = False
    """the call ends with this screen's last page"""
    ended: bool = False

    here: Link = Link("home.home")
    trail: tuple[Link, ...] = ()
    text: str = ""
    choices: tuple[Choice, ...] = ()
    ask: Link | None = None
    answer: str = ""
    starts: tuple[int, ...] = (0,)
    """where each page up to the one shown begins"""
    more: int | None = None
    offered: int = 0
    """so many choices were on the phone so far: nobody agrees to what stands on a later page"""
    acted: bool = False
    """this screen did something: nobody comes back to it"""
    proof: tuple[str, ...] = ()
    """'staff', 'own', or 'empty' where a wrong own PIN shows an empty account"""

    def pack(self) -> bytes:
        return _encode(self)

    @classmethod
    def unpack(cls, data: bytes) -> "Session":
        return _decode(data)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode
