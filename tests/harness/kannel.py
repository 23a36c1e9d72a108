"""Debian's real Kannel (bearerbox, smsbox) with its own fake carrier."""

import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.conftest import TOKEN
from tests.harness.cast import NUMBERS
from tests.harness.child import launch
from tests.harness.stack import free_ports
from tests.harness.waiting import until

BEARERBOX, SMSBOX = "/usr/sbin/bearerbox", "/usr/sbin/smsbox"


FAKESMSC = "/usr/lib/kannel/test/fakesmsc"


MISSING = [path for path in (BEARERBOX, SMSBOX, FAKESMSC) if not os.access(path, os.X_OK)]


PASSWORD = "kannel-secret-81723"


CONF = """
group = core
admin-port = {admin}
admin-password = {password}
admin-interface = 127.0.0.1
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = bearerbox.log
log-level = 4

group = smsc
smsc = fake
smsc-id = operator
port = {smsc}
connect-allow-ip = 127.0.0.1
denied-prefix = +999

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 20
http-queue-delay = 1
log-file = smsbox.log
log-level = 4

group = sendsms-user
username = mwavuli
password = {password}
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{web}/kannel/{token}/sms?from=%p&to=%P&id=%I&charset=%C&text=%b"
"""
"""The configuration that the papers describe."""


class RealKannel:
    """Kannel's processes, each in a group of its own, because a smsbox that lost its bearerbox starts itself again."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.admin, self.box, self.smsc, self.sendsms = free_ports(4)
        self.url = f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, web: str) -> None:
        (self._folder / "kannel.conf").write_text(
            CONF.format(
                admin=self.admin,
                box=self.box,
                smsc=self.smsc,
                sendsms=self.sendsms,
                password=PASSWORD,
                web=web,
                token=TOKEN,
            )
        )
        self.bearerbox()
        self.smsbox()
        self.carrier()

    def bearerbox(self) -> None:
        self._run("bearerbox", BEARERBOX, "-v", "4", "kannel.conf")
        until(lambda: is_open(self.box) and is_open(self.smsc), what="the bearerbox")

    def smsbox(self) -> None:
        self._run("smsbox", SMSBOX, "-v", "4", "kannel.conf")
        until(lambda: is_open(self.sendsms), what="the smsbox")

    def carrier(self, *texts: str) -> None:
        """Start the operator's end. It brings these texts and takes what we send. Only one may be connected."""
        self.end("carrier")
        self._run(
            "carrier",
            FAKESMSC,
            "-H",
            "127.0.0.1",
            "-r",
            str(self.smsc),
            "-i",
            "0.01",
            "-m",
            str(len(texts)),
            *(texts or ["1 2 text none"]),
        )

    def texts(self, msisdn: str, words: str) -> None:
        """Bring a person's text to the short code, in GSM-7 if it is ASCII, else in UCS-2."""
        coded = "".join(f"%{byte:02X}" for byte in words.encode("utf-16-be"))
        self.carrier(f"{msisdn} 20240 text {words}" if words.isascii() else f"{msisdn} 20240 ucs2 {coded}")

    def got(self) -> list[tuple[str, str]]:
        """Return receiver and words of every text that reached the operator. Segments of a long text are joined."""
        found: dict[tuple[str, str], str] = {}
        for at, line in enumerate(re.findall(r"Got message \d+: <(.*)>", self.said("carrier"))):
            _sender, to, kind, *remaining = line.split(" ")
            if kind == "udh":
                header, _type, *remaining = remaining
                key, data = (to, header.split("%")[4]), unquote_to_bytes(" ".join(remaining).replace("+", " "))
                found[key] = found.get(key, "") + data.decode("utf-16-be" if b"\0" in data or data[0] == 4 else "ascii")
            elif kind == "text":
                found[to, f"alone {at}"] = " ".join(remaining)
            else:
                data = unquote_to_bytes(" ".join(remaining).replace("+", " "))
                found[to, f"alone {at}"] = data.decode("utf-16-be" if kind == "ucs-2" else "utf-8")
        return [(to, words) for (to, _), words in found.items()]

    def words_to(self, name: str) -> list[str]:
        return [words for to, words in self.got() if to == NUMBERS[name]]

    def said(self, name: str) -> str:
        path = self._folder / f"{name}.out"
        return path.read_text(errors="replace") if path.exists() else ""

    def signal(self, name: str, what: signal.Signals) -> None:
        """Send a signal. After SIGSTOP, wait until every thread of the process stands still."""
        process = self._running[name]
        process.send_signal(what)
        if what is signal.SIGSTOP:
            until(lambda: thread_states(process.pid) == {"T"}, what=f"{name} to stop")

    def end(self, name: str) -> None:
        """Kill a process with SIGKILL, and its own group with it."""
        if process := self._running.pop(name, None):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        for name in list(self._running):
            self.end(name)

    def _run(self, name: str, *command: str) -> None:
        with open(self._folder / f"{name}.out", "ab") as out:
            self._running[name] = launch(command, cwd=self._folder, stdout=out, stderr=out, start_new_session=True)


def is_open(port: int) -> bool:
    """Whether a process listens there. It does not connect, because the fake operator would take us for its carrier."""
    return f":{port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text()


def toml(url: str, more: str = "") -> str:
    return f'[kannel]\nurl = "{url}"\nusername = "mwavuli"\nfrom = "20240"\n{more}'


def thread_states(pid: int) -> set[str]:
    """Return the states of a process's threads, one letter each (proc(5)); "T" is stopped."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return {stat.read_text().rpartition(")")[2].split()[0] for stat in stats}
