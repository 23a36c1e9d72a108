"""The errors Mwavuli raises on purpose. Nothing here may hold a number, a caller's words or a PIN.

MwavuliError
|-- BadInput     somebody's input, file or setting is wrong; says what would be right
|-- StoreAway    Redis is away, or hung for longer than its time-out
|   `-- Closed   Redis is there and its door is shut: the key changes, a backup comes back, or all was wiped
`-- Locked       no key yet: no number can be read or written until `mwavuli unlock`
    `-- Wiped    the key was destroyed: nothing starts by itself
"""


class MwavuliError(Exception):
    """Any failure that Mwavuli foresees; its text is fit for a log."""


class BadInput(MwavuliError):
    """Input that cannot be used. Tells what was wrong and what would be right, never a caller's value."""


class StoreUnavailable(MwavuliError):
    """Redis did not answer in time; nothing may be acknowledged to the network."""


class StoreClosed(StoreUnavailable):
    """Nothing is read or written now, or not under this key: whoever holds it opens anew."""


class KeyLocked(MwavuliError):
    """The data key is not unwrapped: callers get an apology, inbound texts are repeated by the network."""


class KeyWiped(KeyLocked):
    """There is no key any more, by intent."""
