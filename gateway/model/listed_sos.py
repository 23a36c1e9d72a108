"""An open call for help, as the list of all open calls has it."""

import msgspec


class ListedSos(msgspec.Struct, frozen=True):
    """An open call as the list of all open calls has it."""

    tag: bytes
    rank: int
    """`Sos.rank`"""

    def pack(self) -> bytes:
        """Return the stored form. Its length says nothing of the rank."""
        return self.rank.to_bytes(8, "big") + self.tag

    @classmethod
    def unpack(cls, packed: bytes) -> "ListedSos":
        return cls(packed[8:], int.from_bytes(packed[:8], "big"))
