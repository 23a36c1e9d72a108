"""The errors that Mwavuli raises on purpose. No error may contain a number, a caller's words or a PIN.

MwavuliError
|-- BadInput          an input, a file or a setting is wrong; the text says what would be right
|-- StoreUnavailable  Redis is away, or did not answer within its time-out
|   |-- RightMissing  Redis refuses a command or a key to the user of this process
|   |-- StoreClosed   Redis answers, but access is closed: a new key, a restore, or a wipe
|   |-- NoFreeCode    no code could be drawn for a new record
|   `-- RecordContended   one record was changed by others at every attempt to write it
`-- KeyLocked         there is no key yet: no number can be read or written until `mwavuli unlock`
    `-- KeyWiped      the key was destroyed: nothing starts by itself
"""


class MwavuliError(Exception):
    """Any failure that Mwavuli foresees; its text is fit for a log."""


class BadInput(MwavuliError):
    """Input that cannot be used. The text says what was wrong and what would be right, never a caller's value."""


class StoreUnavailable(MwavuliError):
    """Redis did not answer in time; nothing may be acknowledged to the network."""


class WrongType(StoreUnavailable):
    """A key of ours holds a value of another type, which another program wrote."""


class RightMissing(StoreUnavailable):
    """Redis refuses a command or a key to the user of this process."""


class StoreClosed(StoreUnavailable):
    """Nothing can be read or written now, or not with this key. The process must open the deployment again."""


class NoFreeCode(StoreUnavailable):
    """All codes that were drawn for a new record are in use. Nothing was written."""


class RecordContended(StoreUnavailable):
    """One record was changed, or is not as it was read, at every attempt to write it. Other records can be written."""


class KeyLocked(MwavuliError):
    """The data key is not unwrapped. Callers get an apology, and the network repeats inbound texts."""


class KeyWiped(KeyLocked):
    """The key was destroyed on purpose."""
