"""A USSD turn: ours, ussd-menu-builder on Node, a plain Flask handler. The same ten keys, Redis and callers."""

import json
from pathlib import Path
from statistics import median

from tests.bench import people, ussd
from tests.bench.peers import install
from tests.bench.report import Report, micro, milli, spread, two, whole
from tests.bench.schedule import Callers, Plan
from tests.bench.stage import Stage, free_port, wait_for_port
from tests.bench.ussd import MANY, Round

TWO, SHARED, EACH, FLASK = "mwavuli web, two", "shared", "each", "flask"
OURS = ussd.OURS
NAMES = {
    OURS: "Mwavuli, one process",
    EACH: "ussd-menu-builder, a menu for each request, one process",
    SHARED: "ussd-menu-builder as its README has it: one menu for all",
    TWO: "Mwavuli, two processes",
    FLASK: "Flask, gunicorn gthread: 5 workers (2 x cores + 1), 4 threads each",
}
RATE, SECONDS = 100.0, 5.0
RIVALS = {OURS: (EACH, SHARED), TWO: (FLASK,)}


class Bench(ussd.Bench):
    """The same callers against each target."""

    def start_all(self, work: Path) -> None:
        stage, ports = self.stage, {name: free_port() for name in (TWO, SHARED, EACH, FLASK)}
        environ = {"PEER_WARDS": json.dumps(people.WARDS), "PEER_REDIS": str(stage.socket)}
        menu = Path(__file__).with_name("menu.js")
        folder = install.node(work)
        for name in (SHARED, EACH):
            self.children[name] = stage.start(
                name, ["node", str(menu), str(ports[name]), name],
                {**environ, "NODE_PATH": str(folder / "node_modules"), "NODE_ENV": "production"},
            )  # fmt: skip
        gunicorn = install.python(work, "flask", install.FLASK) / "gunicorn"
        options = "--workers 5 --worker-class gthread --threads 4 --keep-alive 75"
        self.children[FLASK] = stage.start(
            FLASK, [str(gunicorn), *options.split(), "--chdir", str(menu.parent), "--bind",
                    f"127.0.0.1:{ports[FLASK]}", "flask_ussd:app"],
            {**environ, "PYTHONPATH": ""},
        )  # fmt: skip
        self.children[OURS] = stage.mwavuli("web")
        self.children[TWO] = stage.python(
            TWO, "gateway.cli", "web", "--processes", "2", environ={"PORT": str(ports[TWO])}
        )
        path = f"/at/{stage.token}/ussd"
        self.targets = {name: (port, "/ussd") for name, port in ports.items()}
        self.targets |= {OURS: (stage.port, path), TWO: (ports[TWO], path)}
        for name, child in self.children.items():
            wait_for_port(child, self.targets[name][0])


def compare(report: Report, work: Path, quick: bool) -> None:
    with Stage() as stage:
        people.country()
        bench = Bench(stage)
        bench.start_all(work)
        report.say("", "### A USSD turn", "")
        report.say(
            f"- {install.versions(work)}: from npm and PyPI into a folder of their own",
            "- Same: callers, keys (ten turns, one joins an area), Redis with appendfsync always, session read before "
            "and written before the answer, ten minutes' expiry. Not same: only ours encrypts, deduplicates, checks "
            "limits, reads live alerts and translates; the others' menus are what their examples would be.",
            "- Node: `NODE_ENV=production node menu.js`; Flask: gunicorn's documented workers, keep-alive on",
        )
        for name in NAMES:
            bench.rehearse(name)
        for callers, conversations in ((1, 20 if quick else 60), (MANY, 4 if quick else 24)):
            names = [name for name in NAMES if callers == 1 or name != SHARED]
            for name in names:
                bench.once(name, callers, 2)
            rounds = []
            for i in range(2 if quick else 7):
                turns = names if i % 2 == 0 else names[::-1]
                rounds.append({name: bench.once(name, callers, conversations) for name in turns})
            _tell(report, callers, rounds)
        _crossings(report, bench)


def _crossings(report: Report, bench: Bench) -> None:
    """Count screens of another caller, with overlapping callers at a rate far below the limit of any target."""
    report.say("", f"Callers who overlap, {RATE} turns/s for {SECONDS:.0f} s (open loop):")
    rows = []
    for name in (OURS, EACH, SHARED):
        scripts = [ussd.script(i) for i in range(len(people.WARDS))]
        port, path = bench.targets[name]
        heard = Callers(Plan(port, path, scripts, bench.expected[name], "", RATE, SECONDS, bench.first)).run()
        bench.first += heard.calls
        rows.append([NAMES[name], *map(str, (len(heard.answered), heard.wrong, heard.hung, heard.failed))])
    report.table(["", "right", "another's screen", "never answered", "failed"], rows)


def _tell(report: Report, callers: int, rounds: list[dict[str, Round]]) -> None:
    report.say("", f"{callers} caller{'s' if callers > 1 else ''} at once, {len(rounds)} times in turns:")
    rows = []
    for name in rounds[0]:
        seen = [each[name] for each in rounds]
        rows.append([
            NAMES[name], " / ".join(spread([r.rate for r in seen], whole)),
            " / ".join(spread([r.p99 for r in seen], milli)),
            micro(median(r.cpu for r in seen)), f"{sum(r.crossed for r in seen)} of {sum(r.turns for r in seen)}",
        ])  # fmt: skip
    report.table(["", "turns/s", "p99", "CPU a turn", "another's screen"], rows)
    for ours, rivals in RIVALS.items():
        for rival in (name for name in rivals if name in rounds[0]):
            _ahead(report, NAMES[ours], NAMES[rival], [each[ours].rate / each[rival].rate for each in rounds])


def _ahead(report: Report, ours: str, rival: str, ratios: list[float]) -> None:
    report.goal(f"{ours} ahead of {rival}: {' / '.join(spread(ratios, two))}", ahead(ratios))


def ahead(ratios: list[float]) -> bool:
    """Whether ours is ahead in most rounds."""
    return median(ratios) >= 1
