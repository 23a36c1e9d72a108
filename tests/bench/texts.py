"""How well texts are understood that no author of the word books saw, and how long reading them takes.

The texts are in `tests/data/held_out_texts`, one file a language. Each was written from a list of meanings alone, and
is read in the situation in which its writer was: an answer to an invitation while the invitation is open, "I am back"
and "do not come" while something runs. The figures in RESULTS.md are of the first time that the program read them.
After that they judge nothing fairly any more.
"""

import math
import random
import time
import tomllib
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway import understanding
from gateway.content import build_lexicon
from gateway.content_gates.phrase_books import PLACE_IN_EXAMPLES
from gateway.model.area import Area, Atlas
from gateway.understanding.meaning import Meaning, Reading
from menus.sms.lexicon import Lexicon
from tests.bench.report import Report, machine, mib, percentile
from tests.harness.languages import SHIPPED
from translations import load
from translations.languages import TRANSLATIONS_DIR
from translations.phrases import FILE_NAME

TEXTS: Final = Path(__file__).parents[1] / "data" / "held_out_texts"
PLACES: Final = ("Kisauni", "Nyali", "Likoni", "Mtwapa", "Bamburi", "Changamwe")
RIGHTLY, ASKED, ASKED_WITHOUT, WRONG = "acted rightly", "asked with it", "asked without it", "wrong"
OUTCOMES: Final = (RIGHTLY, ASKED, ASKED_WITHOUT, WRONG)
STOP_LIKE: Final = "stop-like, no wish"
INVITED: Final = (Meaning.YES, Meaning.NO)
"""meanings that only a person has whom somebody asked to be a contact"""
WHILE_RUNNING: Final = (Meaning.SAFE, Meaning.CANCEL)
"""meanings that only a person has whose call for help or safe call is open"""
_Z: Final = 1.96
"""of a 95 % interval"""


@dataclass(frozen=True)
class HeldOutText:
    lang: str
    meaning: str
    kind: str
    text: str
    is_stop_like: bool
    """whether it has a word that elsewhere means STOP, and is no wish to stop"""


@dataclass(frozen=True)
class Judged:
    text: HeldOutText
    reading: Reading

    @property
    def outcome(self) -> str:
        """Nothing follows from OTHER, so a question is right there."""
        if self.reading.meaning in (None, Meaning.OTHER):
            if self.text.meaning == Meaning.OTHER:
                return RIGHTLY
            return ASKED if self.text.meaning in self.reading.options else ASKED_WITHOUT
        return RIGHTLY if self.reading.meaning == self.text.meaning else WRONG


def run(quick: bool, write: bool) -> None:
    report = Report("texts" + (" (quick)" if quick else ""))
    report.say(*machine())
    texts = read_texts()
    tracemalloc.start()
    lexicon = build_lexicon(load(SHIPPED))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    atlas = Atlas([Area(f"a{n}", (name,)) for n, name in enumerate(PLACES)])
    judged = [Judged(text, _read(lexicon, text, atlas)) for text in texts]
    report.say("", f"### {len(texts)} texts that no author of the word books saw", "")
    _add_table(report, "meaning", [(STOP_LIKE if j.text.is_stop_like else j.text.meaning, j) for j in judged])
    _add_table(report, "language", [(j.text.lang, j) for j in judged])
    _add_goals(report, judged)
    _add_costs(report, lexicon, atlas, texts, size)
    if write:
        report.write()


def _read(lexicon: Lexicon, text: HeldOutText, atlas: Atlas) -> Reading:
    is_running, is_invited = text.meaning in WHILE_RUNNING, text.meaning in INVITED
    return lexicon.read(text.text, text.lang, atlas, is_running, is_invited)


def read_texts() -> list[HeldOutText]:
    """Return all texts, with a place's name where one is meant, always the same."""
    choose = random.Random(7).choice
    return [
        HeldOutText(
            path.stem, row["meaning"], row.get("kind", ""), row["text"].replace(PLACE_IN_EXAMPLES, choose(PLACES)),
            row.get("stop_like", False),
        )
        for path in sorted(TEXTS.glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["text"]
    ]  # fmt: skip


def _add_table(report: Report, title: str, judged: Iterable[tuple[str, Judged]]) -> None:
    rows: dict[str, Counter[str]] = {}
    for name, one in judged:
        rows.setdefault(name, Counter())[one.outcome] += 1
        rows.setdefault("all", Counter())[one.outcome] += 1
    report.table(
        [title, "texts", *OUTCOMES],
        [
            [name, str(counts.total()), *(_share(counts[outcome], counts.total()) for outcome in OUTCOMES)]
            for name, counts in sorted(rows.items(), key=lambda row: (row[0] == "all", row[0]))
        ],
    )


def _share(count: int, total: int) -> str:
    """Return a share with its 95 % interval (Wilson)."""
    low, high = _interval(count, total)
    return f"{count / total:.1%} ({low:.0%}-{high:.0%})"


def _interval(count: int, total: int) -> tuple[float, float]:
    share, square = count / total, _Z * _Z / total
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / total + square / total / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _add_goals(report: Report, judged: Sequence[Judged]) -> None:
    shares = {outcome: sum(j.outcome == outcome for j in judged) / len(judged) for outcome in OUTCOMES}
    became_stop = [j for j in judged if j.reading.meaning == Meaning.STOP and j.text.meaning != Meaning.STOP]
    vital = [j for j in judged if j.text.meaning in (Meaning.SOS, Meaning.STOP)]
    lost = [j for j in vital if j.outcome in (ASKED_WITHOUT, WRONG)]
    report.goal(f"nothing becomes STOP from anything else: {len(became_stop)} did", not became_stop)
    for j in became_stop:
        report.say(f"  - {j.text.lang}, {j.text.meaning}: {j.text.text}")
    kept = 1 - len(lost) / len(vital)
    report.goal(f"cries and wishes are acted on or asked about, at least 99 %: {kept:.1%}", kept >= 0.99)
    report.goal(f"wrong acts at most 2 %: {shares[WRONG]:.1%}", shares[WRONG] <= 0.02)
    helped = shares[RIGHTLY] + shares[ASKED]
    report.goal(f"right or asked at least 95 %: {helped:.1%}", helped >= 0.95)
    report.goal(f"rightly at least 60 %: {shares[RIGHTLY]:.1%}", shares[RIGHTLY] >= 0.6)
    asked = shares[ASKED] + shares[ASKED_WITHOUT]
    report.goal(f"asked at most 35 %: {asked:.1%}", asked <= 0.35)
    of_kind = [j for j in judged if j.outcome == RIGHTLY and j.text.kind]
    right_kind = sum(j.reading.kind == j.text.kind for j in of_kind)
    report.say(f"- the kind of a need or a report is right for {right_kind} of {len(of_kind)} that were acted on")


def _add_costs(report: Report, lexicon: Lexicon, atlas: Atlas, texts: Sequence[HeldOutText], size: int) -> None:
    times = [_time(lexicon, atlas, text.text, text.lang) for text in texts]
    long_texts = [(" ".join(t.text for t in texts if t.lang == lang)[:320], lang) for lang in SHIPPED]
    longest = max(min(_time(lexicon, atlas, text, lang) for _again in range(5)) for text, lang in long_texts)
    shipped = sum(path.stat().st_size for path in Path(understanding.__file__).parent.rglob("*") if path.is_file())
    shipped += sum(path.stat().st_size for path in TRANSLATIONS_DIR.glob(f"*/{FILE_NAME}"))
    report.goal(f"p50 at most 0.5 ms: {percentile(times, 0.5) * 1e3:.2f} ms", percentile(times, 0.5) <= 0.0005)
    report.goal(f"p99 at most 1 ms: {percentile(times, 0.99) * 1e3:.2f} ms", percentile(times, 0.99) <= 0.001)
    report.goal(f"320 characters at most 2 ms: {longest * 1e3:.2f} ms", longest <= 0.002)
    report.say(f"- memory of the lexicon of six languages: {mib(size)}; shipped: {shipped / 1e6:.1f} MB")


def _time(lexicon: Lexicon, atlas: Atlas, text: str, lang: str) -> float:
    begun = time.process_time()
    lexicon.read(text, lang, atlas)
    return time.process_time() - begun
