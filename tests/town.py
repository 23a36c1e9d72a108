"""People with phones. What they key and text goes through the real turns; what they get, through the real network."""

import secrets

import httpx

from gateway.turns.sms import Sms
from gateway.turns.ussd import Ussd
from jobs import lanes
from jobs.context import Context
from jobs.ring import LANES
from tests.cast import NUMBERS, number


class Phone:
    """One basic phone."""

    def __init__(self, town: "Town", name: str):
        self.name = name
        self._town = town
        self._call, self._typed = "", ""
        self.screen = ""
        self.open = False

    def dial(self, *keys: str) -> str:
        """Dial the service code, then press keys one after another; returns the last screen, without CON or END."""
        self._call, self._typed = secrets.token_hex(8), ""
        self._turn("")
        return self.press(*keys)

    def press(self, *keys: str) -> str:
        for key in keys:
            assert self.open, f"{self.name}'s call has ended before {key}:\n{self.screen}"
            self._turn(f"{self._typed}*{key}" if self._typed else key)
        return self.screen

    def _turn(self, typed: str) -> None:
        self._typed = typed
        reply, _bells = self._town.ussd.turn(self._call, number(self.name), typed)
        assert reply[:4] in ("CON ", "END "), reply
        self.screen, self.open = reply[4:], reply.startswith("CON ")

    def text(self, words: str, id_: str = "") -> None:
        """Send a text to the short code."""
        self._town.sms.receive(id_ or secrets.token_hex(8), number(self.name), words)

    def inbox(self) -> list[str]:
        """New texts, after everything due was done."""
        return self._town.inbox(self.name)


class Town:
    def __init__(self, context: Context, network_url: str):
        self.context = context
        self.store = context.store
        self.ussd = Ussd(context.deployment)
        self.sms = Sms(context.deployment)
        self.network = httpx.Client(base_url=f"{network_url}/api", timeout=20)
        self.network.post("/reset")
        self._phones = {name: Phone(self, name) for name in NUMBERS}
        self._read = dict.fromkeys(NUMBERS, 0)
        for name, msisdn in NUMBERS.items():
            self.network.post("/phones", json={"msisdn": msisdn, "label": name})

    def __getitem__(self, name: str) -> Phone:
        return self._phones[name]

    def work(self) -> None:
        """Do what is due on every lane, until nothing is."""
        for _ in range(50):
            if not any([lanes.run(self.context, lane, 10) for lane in LANES]) and not self._waiting():
                return
        raise AssertionError("the lanes never ran dry")

    def _waiting(self) -> bool:
        return any(self.store.due.waiting(lane) for lane in LANES)

    def let_pass(self) -> None:
        """Everything that is due some day is due now."""
        for lane in LANES:
            for item in self.store.connection.call("ZRANGE", f"due:{lane}", 0, -1):
                self.store.connection.call("ZADD", f"due:{lane}", 0, item)

    def let_pass_lane(self, lane: str, *verbs: str) -> None:
        """What is due some day on this lane (of these verbs, or of all but endings by the clock) is due now."""
        for item in self.store.connection.call("ZRANGE", f"due:{lane}", 0, -1):
            verb = item.split(b":")[0].decode()
            if verb in verbs or (not verbs and verb != "end"):
                self.store.connection.call("ZADD", f"due:{lane}", 0, item)

    def inbox(self, name: str) -> list[str]:
        self.work()
        texts = self.network.get(f"/phones/{NUMBERS[name]}").json()["inbox"]
        new = [t["text"] for t in texts[self._read[name] :]]
        self._read[name] = len(texts)
        return new

    def faults(self, **faults: object) -> None:
        """Tell the network to misbehave; none: all is well again."""
        assert self.network.put("/faults", json=faults).status_code == 200

    def close(self) -> None:
        self.network.close()
