"""The service for a while, with steady callers, alerts, kills and a network that misbehaves; then the proofs.

`python -m tests.bench soak --minutes 20 [--seed N]`. Memory is judged in the last third, when nothing is killed, for a
process that was just started tells nothing of growth.
"""

import random
import re
import sys
import threading
import time

from tests.bench.report import Report, machine, mib
from tests.bench.soak import proofs
from tests.bench.soak.callers import NURSE, Callers
from tests.bench.soak.ledger import Book, Ledger, Promise
from tests.bench.soak.memory import GROUND, GROWTH, Memory
from tests.bench.soak.trouble import Trouble, said
from tests.bench.soak.warnings import Warnings
from tests.harness.crowd import crowd
from tests.harness.network_phone import NetworkPhone
from tests.harness.stack import Stack, started

AREAS = ("Shamba Nyota", "Njia Nne", "Mawimbi")
EACH = 1500
"""subscribers of each of them"""
KEEP = 100_000
TUNING = "proposal_audience = 100000\n[times]\nkeep_alert = 300\nending = 300\n"
"""the settings as they come, but that one person may send to all, and that what is kept of alerts and of their endings
is forgotten within the soak: else Redis grows by what it is to keep"""
KILLING = 2 / 3
"""share of the duration in which processes are killed"""
LOOK, TELL = 1.0, 15.0
"""seconds between two checks, and between two lines of progress"""
PATIENCE = 240
"""seconds after the end in which all work must be finished"""
NOTED = re.compile(r"a text on lane \w+ is unknown")


class Soak:
    def __init__(self, stack: Stack, seed: int, minutes: float):
        self._stack, dice = stack, random.Random(seed)
        self._start, self._seconds = time.monotonic(), minutes * 60
        world = stack.store.read_world()
        areas = {name: world.atlas.resolve(name).id for name in AREAS}
        self.book, self.ledger, self.memory = Book(), Ledger(stack.network), Memory()
        self.warnings = Warnings(stack, self.ledger, dice, areas)
        self.trouble = Trouble(stack, dice, lambda: self._passed() < KILLING)
        self._callers = Callers(stack, self.book, dice, areas)
        self._nurse, self._answered = NetworkPhone(stack.network, NURSE), set[str]()
        self._last_progress = 0.0

    def _passed(self) -> float:
        """Return the share of the time that has passed."""
        return (time.monotonic() - self._start) / self._seconds

    def run(self) -> None:
        over = threading.Event()
        threads = [*self._callers.threads(over), threading.Thread(target=self.trouble.run, args=(over,))]
        for thread in threads:
            thread.start()
        try:
            while self._passed() < 1:
                self._look()
                time.sleep(LOOK)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self._finish_work()

    def _look(self) -> None:
        self.ledger.look()
        self.warnings.step(begin=self._passed() < 1)
        if self._passed() < 1:
            self.memory.look(self._stack)
        self._answer_visitors()
        if time.monotonic() - self._last_progress > TELL:
            self._last_progress = time.monotonic()
            self._progress()

    def _answer_visitors(self) -> None:
        """Accept each referral that the clinic got a text about; the answer is due to the caller."""
        for code, visitor in list(self.book.referrals.items()):
            if code not in self._answered and self.ledger.came(Promise(NURSE, f"Visitor {code}")):
                self._answered.add(code)
                self._nurse.sends(f"1 {code}")
                self.book.promises.append(Promise(visitor, r"\*384\*2024#"))

    def _progress(self) -> None:
        sizes = " ".join(f"{name} {mib(s[-1].size)}" for name, s in self.memory.samples.items())
        print(
            f"{self._passed():4.0%} alerts proven {self.warnings.proven}, texts {self.warnings.delivered:,}, promises "
            f"{len(self.book.promises)}, turns {dict(self.book.turns)}; {said(self.trouble.seen)}; {sizes}",
            flush=True,
        )

    def _finish_work(self) -> None:
        """Wait until no work is left, or patience is over; then the proofs say what is missing."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not self._is_idle():
            self._look()
            time.sleep(LOOK)
        self.ledger.look()

    def _is_idle(self) -> bool:
        on_their_way = [
            item for lane in ("alerts", "messages", "bulk")
            for item in self._stack.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1) if item.startswith(b"msg:")
        ]  # fmt: skip
        return not on_their_way and not self.warnings.unfinished() and not self._stack.stats()["inbound"]["pending"]

    def unknown(self) -> int:
        """Return the number of texts whose worker died while sending."""
        return len(NOTED.findall(self._stack.said()))

    def wrong(self) -> list[str]:
        """Return every violation."""
        inbound = self._stack.stats()["inbound"]
        return [
            *self.warnings.wrong,
            *(f"{id_} was never finished" for id_ in self.warnings.unfinished()),
            *proofs.kept(self.book.promises, self.ledger, self.unknown()),
            *proofs.silent(self.book.left, self.ledger),
            *proofs.members(self._stack.store, self.book.joined),
            *([f"texts never taken in: {inbound}"] if inbound["pending"] or inbound["given_up"] else []),
            *self.book.unexpected[:3],
            *(f"nobody {what}" for what, done in self._doings().items() if not done),
            *self.memory.flat(),
        ]

    def _doings(self) -> dict[str, int]:
        """Return what must have happened, so that the proofs mean something."""
        book = self.book
        return {
            "joined": len(book.joined), "left": len(book.left), "was referred": len(self._answered),
            "pressed random keys": book.turns["answered"], "was warned": self.warnings.delivered,
        }  # fmt: skip

    def report(self, report: Report, wrong: list[str]) -> None:
        missing = sum(not self.ledger.came(promise) for promise in self.book.promises)
        report.say(
            "",
            f"- Troubles: {said(self.trouble.seen)}",
            f"- {self.warnings.proven} editions of alerts proven, {self.warnings.delivered:,} texts to people; "
            f"{self.warnings.again:,} came a second time",
            f"- {len(self.book.promises):,} texts promised, {missing} never came, "
            f"{self.unknown()} are noted as unknown (a worker died sending them)",
            f"- {len(self.book.joined):,} joined and stayed, {len(self.book.left):,} left, "
            f"{len(self._answered):,} were referred and welcomed; USSD turns of random callers "
            f"{self.book.turns['answered']:,}; calls broken off by a kill {self.book.turns['broken off']:,}",
        )
        rows = [[name, *map(mib, self.memory.quarters(name))] for name in self.memory.samples]
        report.table(["memory in its last life", "first quarter", "last quarter"], rows)
        report.goal(f"memory flat (at most {GROWTH:.0%} and {mib(GROUND)} more)", not self.memory.flat())
        report.goal("every count adds up, every promise is accounted for, nobody was warned who had left", not wrong)


def run(minutes: float, seed: int | None, write: bool) -> None:
    seed = random.randrange(10**6) if seed is None else seed
    report = Report("soak")
    report.say(*machine(), f"- {minutes:g} minutes, again with: --seed {seed}")
    with started(TUNING, KEEP) as stack:
        for i, area in enumerate(AREAS):
            crowd(stack, area, EACH, start=i * EACH)
        with stack.supervised():
            soak = Soak(stack, seed, minutes)
            soak.run()
        wrong = soak.wrong()
        soak.report(report, wrong)
        if wrong:
            print(*wrong, "What the processes said:", stack.said()[-20_000:], sep="\n")
    if write:
        report.write()
    if wrong:
        sys.exit(1)
