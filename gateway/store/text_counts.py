"""How texts were understood, as counts that name nobody, and no words.

Two things are kept. A table says how texts of a language were answered: acted on or asked, and what was chosen. A
sketch counts words that no word book has: cells that a keyed digest of a word chooses. Nobody can list the words in
it, but who suspects a word can ask how often it came.

Each web process collects counts and writes them together, so that no write tells what one phone texted.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Final

from gateway.crypto.vault import Vault
from gateway.store.connection import Connection
from gateway.store.records.service import READING_COUNTS, READING_COUNTS_TTL_S, WORD_SKETCH

MIN_WRITTEN: Final = 20
"""texts whose counts are written together"""
MIN_SHOWN: Final = 10
"""a smaller count is not told: it could be one person"""
_WINDOW_S: Final = READING_COUNTS_TTL_S // 2
_ROWS, _COLUMNS = 4, 4096
_MIN_WORD_CHARS, _MAX_WORD_CHARS = 3, 14
_SEPARATOR: Final = "|"


class TextCounts:
    """The counts of one process. Threads share it."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection, self._vault = connection, vault
        self._lock = threading.Lock()
        self._texts = 0
        self._readings: Counter[str] = Counter()
        self._cells: Counter[str] = Counter()

    def note(self, lang: str, how: str, read_as: Iterable[str], unknown_words: Iterable[str]) -> None:
        """Count one text: `how` is acted, asked, chosen or resting. Raises StoreUnavailable when it writes."""
        words = {word for word in unknown_words if _MIN_WORD_CHARS <= len(word) <= _MAX_WORD_CHARS and word.isalpha()}
        with self._lock:
            self._texts += 1
            self._readings[_SEPARATOR.join((lang, how, ",".join(read_as)))] += 1
            self._cells.update(cell for word in words for cell in self._cells_of(lang, word))
            is_due = self._texts >= MIN_WRITTEN
        if is_due:
            self.flush()

    def flush(self) -> None:
        """Write the collected counts in one round trip. Raises StoreUnavailable."""
        with self._lock:
            readings, cells, self._texts = self._readings, self._cells, 0
            self._readings, self._cells = Counter(), Counter()
        commands = []
        for key, counts in zip(self._keys(0), (readings, cells), strict=True):
            if counts:
                arguments = [word for pair in counts.items() for word in pair]
                commands.append(self._connection.script_command("add_send_counts", [key], arguments))
                commands.append(["EXPIRE", key, READING_COUNTS_TTL_S])
        if commands:
            self._connection.batch(commands)

    def table(self) -> list[tuple[tuple[str, ...], int]]:
        """Return each row (language, how, what it was read as) with its count, the highest first; no small counts.

        Raises StoreUnavailable.
        """
        counts: Counter[str] = Counter()
        for windows_ago in (0, 1):
            for field, count in self._connection.hgetall(self._keys(windows_ago)[0]).items():
                counts[field.decode()] += int(count)
        return [(tuple(row.split(_SEPARATOR)), count) for row, count in counts.most_common() if count >= MIN_SHOWN]

    def count_word(self, lang: str, word: str) -> int:
        """Return how often an unknown word came, at most; 0 for fewer than MIN_SHOWN. Raises StoreUnavailable."""
        cells = self._cells_of(lang, word)
        commands = [["HMGET", self._keys(windows_ago)[1], *cells] for windows_ago in (0, 1)]
        newer, older = self._connection.batch(commands)
        count = min(int(new or 0) + int(old or 0) for new, old in zip(newer, older, strict=True))
        return count if count >= MIN_SHOWN else 0

    def _keys(self, windows_ago: int) -> tuple[bytes, bytes]:
        """Return the keys of the table and of the sketch."""
        window = int(self._connection.now()) // _WINDOW_S - windows_ago
        return READING_COUNTS.key(str(window)), WORD_SKETCH.key(str(window))

    def _cells_of(self, lang: str, word: str) -> list[str]:
        digest = self._vault.digest("unknown word", f"{lang}:{word}".encode())
        return [f"{row}:{int.from_bytes(digest[2 * row : 2 * row + 2]) % _COLUMNS}" for row in range(_ROWS)]
