"""Steady callers: some follow a script, others press random keys on the screen."""

import itertools
import random
import re
import threading
import time
from collections.abc import Callable

import httpx

from tests.bench.soak.ledger import Book, Promise
from tests.harness.network_phone import NetworkPhone
from tests.harness.phone import FRESH_CODE
from tests.harness.stack import Stack

FRESH_FROM = 254_770_000_000
"""numbers of phones that are used once, so that each text on them is known"""
RANDOM_CALLERS = tuple(f"+2547600{n:05d}" for n in range(300))
PAUSE = (0.1, 0.6)
"""seconds between two things one caller does"""
MAX_TURNS = 14
"""most turns of one random session"""
TYPED = ("soko", "kisima", "taa", "1234", "hello", "98", "0")
STAYS = 0.7
"""share of subscribers who do not leave again"""
HOTLINE = "0711000099"
"""stands in every apology"""
NURSE = "+254711000201"
PLACE = ("Ndoto County Hospital", "Tell them I come", "Text me when they answer", "Yes", "No")


class Callers:
    """`areas`: name -> id, of places to join."""

    def __init__(self, stack: Stack, book: Book, dice: random.Random, areas: dict[str, str]):
        self._url = str(stack.network.base_url)
        self._book, self._areas = book, areas
        self._fresh = itertools.count(FRESH_FROM)
        self._seeds = [dice.random() for _ in range(4)]

    def threads(self, over: threading.Event) -> list[threading.Thread]:
        doings = (self._joins, self._asks, self._presses_randomly, self._is_hurt)
        return [
            threading.Thread(target=self._live, args=(do, random.Random(seed), over))
            for do, seed in zip(doings, self._seeds, strict=True)
        ]

    def _live(
        self, do: "Callable[[httpx.Client, random.Random], None]", dice: random.Random, over: threading.Event
    ) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as network:
            while not over.wait(dice.uniform(*PAUSE)):
                try:
                    do(network, dice)
                except AssertionError as error:
                    self._broken_off(str(error))

    def _broken_off(self, why: str) -> None:
        """Record a break by the network or an apology, when the service is away. Any other screen is an error."""
        self._book.turns["broken off"] += 1
        if "finds no" in why and HOTLINE not in why:
            self._book.unexpected.append(why)

    def _phone(self, network: httpx.Client) -> NetworkPhone:
        return NetworkPhone(network, f"+{next(self._fresh)}")

    def _texts(self, phone: NetworkPhone, text: str, words: str) -> bool:
        """Send a text. The network repeats it until it is acknowledged, and then an answer is due."""
        at_once = phone.sends(text)
        self._book.promises.append(Promise(phone.name, words))
        return at_once

    def _joins(self, network: httpx.Client, dice: random.Random) -> None:
        phone, area = self._phone(network), dice.choice(list(self._areas))
        if dice.random() < STAYS:
            self._joins_by_text(phone, area)
            self._book.joined[phone.name] = self._areas[area]
        elif self._joins_by_text(phone, area) and self._texts(phone, "STOP", "^Done"):  # a queued welcome is dropped
            self._book.left[phone.name] = time.time()

    def _joins_by_text(self, phone: NetworkPhone, area: str) -> bool:
        self._texts(phone, f"JOIN {area}", FRESH_CODE)
        return self._texts(phone, phone.gets(FRESH_CODE)[1], "^Welcome")

    def _asks(self, network: httpx.Client, dice: random.Random) -> None:
        self._texts(self._phone(network), "HELP", "^Please dial")

    def _presses_randomly(self, network: httpx.Client, dice: random.Random) -> None:
        phone = NetworkPhone(network, dice.choice(RANDOM_CALLERS))
        phone.dial()
        for _ in range(MAX_TURNS):
            self._book.turns["answered"] += 1
            if not phone.open:
                return
            offered = re.findall(r"^(\d+)\. ", phone.screen, re.MULTILINE)
            phone.press(dice.choice(offered or TYPED))

    def _is_hurt(self, network: httpx.Client, dice: random.Random) -> None:
        """Ask for a referral. If the screen shows a code, the clinic must get a text about it."""
        phone = self._phone(network)
        phone.dial()
        phone.choose("English", "Health", "Hurt, forced sex, condom broke", "In the last 3 days")
        phone.press("soko")
        phone.choose(*PLACE)
        if code := re.search(r"\d{5,8}$", phone.screen):
            self._book.referrals[code[0]] = phone.name
            self._book.promises.append(Promise(NURSE, f"Visitor {code[0]}"))
