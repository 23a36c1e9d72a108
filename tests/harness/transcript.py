"""Conversations as files a nurse could read.

    # What is shown here
    Amina dials
    | 1. English
    | 2. Kiswahili
    > 2
    | ...
    Amina texts: JOIN soko
    Amina gets:
    < Welcome. ...

`Amina dials 1*2` presses one key after another; `Amina dials *384*2024*1*2#` dials all at once.

`|` lines are the whole screen, `<` lines all new texts (several texts: several `<` lines). Numbers of cases and codes
of referrals differ each time: {case}, {code}, {call} and {question} stand for them, hours for any hour as {hour}.
{fresh} is the code that a phone was asked for last, {fresh1} and so on are further codes of the same question. `with
NAME=value` at the head is a setting, `sos is turned on` what the organisation turned on, `it is Sat 23:10` sets the
clock, `35 minutes later` moves it, `Wema reads ru` sets the language of staff. MWAVULI_RECORD=1 writes what was seen
into the files.
"""

import os
import re
from pathlib import Path

from gateway.model.feature import Feature
from tests.harness.steps_sos import open_sos
from tests.harness.town import Town

_DIALS = re.compile(r"(\w+) dials(?: again)?(?: ([\w*]+))?")
_DIALS_WHOLE = re.compile(r"(\w+) dials \*384\*2024\*([\d*]+)#")
_TEXTS = re.compile(r"(\w+) texts: (.*)")
_GETS = re.compile(r"(\w+) gets(?: nothing)?:?")
_CODES = re.compile(r"(\w+) has one-use codes")
_CLOCK = re.compile(r"it is (\w{3} \d\d:\d\d)")
_SLEEP = re.compile(r"(\d+) (minute|hour|day)s? later")
FRESH = "{fresh}"
UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_ON = re.compile(r"(\S+) is turned on")
_READS = re.compile(r"(\w+) reads (\w+)")
_WITH = re.compile(r"with (\w+)=(\S+)", re.MULTILINE)
_HOUR = re.compile(r"\b\d{1,2}:\d{2}\b")
_MONTH = re.compile(r"\b\d\d/20\d\d\b")
_DAY = re.compile(r"\b\d{1,2}[/.]\d{1,2}\b")


def settings_in(path: Path) -> dict[str, str]:
    """Return the settings at the head of the file."""
    return dict(_WITH.findall(path.read_text(encoding="utf-8")))


class Transcript:
    """Plays one file against a town."""

    def __init__(self, path: Path, town: Town):
        self._path, self._town = path, town
        self._names: dict[str, str] = {}
        self._lines = path.read_text(encoding="utf-8").splitlines()
        self._who = ""

    def play(self) -> None:
        seen: list[str] = []
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            at += 1
            seen.append(line)
            got = self._act(line)
            while at < len(self._lines) and self._lines[at][:1] in ("|", "<"):
                if got is None:
                    seen.append(self._lines[at])
                at += 1
            seen += got or []
        if os.environ.get("MWAVULI_RECORD"):
            self._path.write_text("\n".join(seen) + "\n", encoding="utf-8")
        assert seen == self._lines

    def _act(self, line: str) -> list[str] | None:
        """Perform a line. Return what the phone shows, or None for a line without an action."""
        if match := _DIALS.fullmatch(line):
            self._who = match[1]
            phone = self._town[self._who]
            phone.dial(*(match[2].split("*") if match[2] else ()))
            return self._screen()
        if match := _DIALS_WHOLE.fullmatch(line):
            self._who = match[1]
            self._town[self._who].dial_whole(*match[2].split("*"))
            return self._screen()
        if line.startswith("> "):
            self._town[self._who].press(self._real(line[2:]))
            return self._screen()
        if match := _TEXTS.fullmatch(line):
            self._town[match[1]].text(self._real(match[2]))
            self._name_fresh_codes(self._town[match[1]].fresh_codes())
            return []
        if match := _GETS.fullmatch(line):
            return ["< " + self._plain(text).replace("\n", " / ") for text in self._town[match[1]].inbox()]
        if match := _CLOCK.fullmatch(line):
            self._town.clock(match[1])
            return []
        if match := _SLEEP.fullmatch(line):
            self._town.work()
            self._town.sleep(int(match[1]) * UNITS[match[2]])
            return []
        if match := _CODES.fullmatch(line):
            codes = {f"70000{i}": name for i, name in enumerate(("{one}", "{two}", "{three}", "{four}", "{five}"))}
            self._names |= codes
            self._town.give_codes(match[1], list(codes))
            return []
        if match := _ON.fullmatch(line):
            self._town.turn_on(Feature.named(match[1]))
            return []
        if match := _READS.fullmatch(line):
            self._town.set_staff_language(match[1], match[2])
            return []
        if line == "time passes":
            self._town.let_pass()
            return []
        assert not line or line.startswith(("#", "with ")), f"{self._path.name}: not understood: {line}"
        return None

    def _screen(self) -> list[str]:
        phone = self._town[self._who]
        end = [] if phone.open else ["| (end)"]
        return [f"| {line}" for line in self._plain(phone.screen).split("\n")] + end

    def _plain(self, text: str) -> str:
        """Replace numbers that differ each time by names, in the order of their appearance."""
        for number in [str(a.number) for a in self._town.store.read_world().alerts.values()]:
            if number not in self._names:
                self._names[number] = self._new("case")
        for call in [sos.code for sos in open_sos(self._town.store).values()]:
            if call not in self._names:
                self._names[call] = self._new("call")
        for asked in self._town.store.read_world().conversations.values():
            if asked.code not in self._names:
                self._names[asked.code] = self._new("question")
        for code in re.findall(r"\b\d{5}\b", text):
            if code != "20240" and code not in self._names:
                self._names[code] = self._new("code")
        for number, name in self._names.items():
            text = re.sub(rf"(?<!\d){number}(?!\d)", name, text)
        return _MONTH.sub("{month}", _DAY.sub("{day}", _HOUR.sub("{hour}", text)))

    def _name_fresh_codes(self, codes: list[str]) -> None:
        if codes:
            kept = {number: name for number, name in self._names.items() if not name.startswith(FRESH[:-1])}
            self._names = kept | {code: f"{{fresh{at or ''}}}" for at, code in enumerate(codes)}

    def _new(self, what: str) -> str:
        known = sum(name.startswith("{" + what) for name in self._names.values())
        return f"{{{what}{known or ''}}}"

    def _real(self, text: str) -> str:
        for number, name in self._names.items():
            text = text.replace(name, number)
        return text
