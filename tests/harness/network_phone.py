"""A phone on the simulated network."""

import re
from contextlib import suppress

import httpx

import translations
from tests.harness.cast import NUMBERS
from tests.harness.phone import Phone
from tests.harness.waiting import until


class NetworkPhone(Phone):
    """A phone on the simulated network, which calls the service over HTTP. Labels are in the phone's language."""

    def __init__(self, network: httpx.Client, name: str):
        super().__init__(name)
        self._network = network
        self.number = NUMBERS.get(name, name)
        self.speaks("en")

    def speaks(self, lang: str) -> None:
        self.translate = translations.load((lang,))[lang].translator  # type: ignore[method-assign]

    def _begin(self) -> None:
        self._act("dial", {})

    def _answer(self, key: str) -> None:
        self._act("key", {"text": key})

    def _act(self, what: str, body: dict[str, str]) -> None:
        answer = self._network.post(f"/phones/{self.number}/{what}", json=body)
        assert answer.status_code == 200, f"{self.name}: {answer.text}"
        dialogue = answer.json()
        assert not dialogue["error"], f"{self.name}: {dialogue['error']}"
        self.screen, self.open = dialogue["screen"], dialogue["open"]

    def text(self, words: str) -> None:
        assert self.sends(words), f"{self.name}'s text was not taken in at once"

    def sends(self, words: str) -> bool:
        """Send a text. Return whether it was taken in at once; if not, the network repeats it."""
        answer = self._network.post(f"/phones/{self.number}/sms", json={"text": words})
        return bool(answer.json()["acknowledged"])

    def call(self, to: str) -> str:
        """Ring a number of the gateway's. Return what is heard, nothing where the call was turned away."""
        answer = self._network.post(f"/phones/{self.number}/call", json={"to": to}).json()
        assert answer["status"] == 200 and answer["free"] != bool(answer["heard"]), answer
        return str(answer["heard"])

    def texts(self) -> list[str]:
        return [t["text"] for t in self._network.get(f"/phones/{self.number}").json()["inbox"]]

    def _wait_for(self, pattern: str) -> re.Match[str] | None:
        with suppress(AssertionError):
            found: re.Match[str] = until(lambda: super(NetworkPhone, self)._wait_for(pattern))
            return found
        return None
