"""One turn of a call: a key goes in; the next session, with its reply, and intents come out. No I/O."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.intents import Intent
from menus import home, pages, pin
from menus.screen import Link, Refused, Shown, Translator, redirect, screens, wrapped
from menus.session import Session

MOST_INPUTS = 20
"""a first request with more keys than this was dialled by no one"""
LONGEST_TRAIL = 12
"""screens that 0 can lead back through"""

ENTRANCES = (home, pin)
"""importing these registers every screen"""
PASSING = pin.GATES | {"home.resume"}
"""screens that only stand in front of another"""

Snapshot = Callable[[Session], Caller]
Turned = tuple[Session, tuple[Intent, ...]]


class Engine:
    """`translators` by language code, the first being the default."""

    def __init__(self, translators: Mapping[str, Translator], english: str = "en"):
        self._translators = translators
        self._default = next(iter(translators), english)

    def open(self, session: Session, before: Session | None, snapshot: Snapshot) -> Turned:
        """The first screen of a call; `before` is the caller's last call, if it dropped a moment ago."""
        caller = snapshot(session)
        if before and _may_resume(before):
            session = replace(session, lang=before.lang, trail=(Link("home.home"),))
            return self._go(session, Link("home.resume", wrapped(before.here)), snapshot)
        lang = self._known_language(caller)
        session = replace(session, lang=lang or self._default)
        return self._go(session, Link("home.home" if lang else "home.language"), snapshot)

    def turn(self, session: Session, keys: Sequence[str], snapshot: Snapshot) -> Turned:
        """Feed typed keys one after another; a first request may carry several, but no PIN: each try is counted."""
        done: list[Intent] = []
        for key in keys[:MOST_INPUTS]:
            if session.ended or (len(keys) > 1 and screens[session.here.screen].code):
                break
            session, did = self._key(session, key.strip(), snapshot)
            done += did
        return session, tuple(done)

    def _known_language(self, caller: Caller) -> str:
        if caller.staff and caller.staff.lang in self._translators:
            return caller.staff.lang
        kept = caller.subscription
        return kept.lang if kept and kept.remember and kept.lang in self._translators else ""

    def _key(self, session: Session, key: str, snapshot: Snapshot) -> Turned:
        if key == pages.MORE and session.more is not None:
            return self._paint(replace(session, starts=(*session.starts, session.more))), ()
        if key == pages.BACK and len(session.starts) > 1:
            return self._paint(replace(session, starts=session.starts[:-1])), ()
        if key == pages.BACK and session.trail:
            back = session.trail[-1]
            return self._go(replace(session, trail=session.trail[:-1]), back, snapshot)
        if len(key) <= 3 and key.isascii() and key.isdigit() and 1 <= int(key) <= session.offered:
            return self._forward(session, session.choices[int(key) - 1].to, snapshot)
        if session.ask and key and key != pages.BACK:
            return self._answered(session, session.ask, key, snapshot)
        _ = self._translators[session.lang]
        hint = _("Please type an answer.") if session.ask else _("Please type a number from the list.")
        return self._paint(session, hint), ()

    def _answered(self, session: Session, link: Link, typed: str, snapshot: Snapshot) -> Turned:
        try:
            return self._forward(session, Link(link.screen, {**link.args, session.answer: typed}), snapshot)
        except Refused as refused:
            return self._paint(session, str(refused)), ()

    def _forward(self, session: Session, link: Link, snapshot: Snapshot) -> Turned:
        """Nobody walks back into a PIN's question, or onto a screen that did something."""
        passing = session.acted or session.here.screen in PASSING
        trail = session.trail if passing else (*session.trail, session.here)
        return self._go(replace(session, trail=trail), link, snapshot)

    def _go(self, session: Session, link: Link, snapshot: Snapshot) -> Turned:
        caller = snapshot(session)
        _ = self._translators[session.lang]
        if link.screen not in screens:  # an older release's session
            hint = _("This menu has changed.")
            session, did = self._go(replace(session, trail=()), Link("home.home"), snapshot)
            return self._paint(session, hint), did
        shown = self._show(link, caller, _)
        if shown.lang:  # the screen it leads to, in the language just chosen
            session, did = self._go(replace(session, lang=shown.lang), shown.here or Link("home.home"), snapshot)
            return session, (*shown.do, *did)
        return self._hold(session, shown.here or link, shown), shown.do

    def _show(self, link: Link, caller: Caller, _: Translator) -> Shown:
        """Screens that stand behind a PIN are entered through its question; staff's, by staff only."""
        wanted = screens[link.screen]
        if wanted.staff and not (caller.staff and caller.staff.active):  # they left during this call
            return redirect(Link("home.home"), caller, _)
        if wanted.staff and not (caller.proven and caller.staff and not caller.staff.locked(caller.now)):
            return redirect(Link("pin.staff_pin", wrapped(link)), caller, _)
        if wanted.owner and not caller.opened:
            return redirect(Link("pin.own_pin", wrapped(link)), caller, _)
        return wanted.show(caller, _, **link.args)

    def _hold(self, session: Session, here: Link, shown: Shown) -> Session:
        """After something was done the way back leads home, not into its steps."""
        _ = self._translators[session.lang]
        acted = bool(shown.do) and not shown.prove
        trail = () if here.screen == "home.home" else _way_back(session.trail, acted)
        known = len(shown.choices) if screens[here.screen].by_heart else 0
        held = replace(
            session, here=here, trail=trail, text=_.fold(shown.text),
            choices=tuple(replace(choice, label=_.fold(choice.label)) for choice in shown.choices),
            ask=shown.ask, answer=shown.answer, starts=(0,), offered=known, acted=acted,
            closes=shown.end, proof=(*session.proof, shown.prove) if shown.prove else session.proof,
        )  # fmt: skip
        return self._paint(held)

    def _paint(self, session: Session, hint: str = "") -> Session:
        """Lay out the page that begins where the last of `starts` says."""
        _ = self._translators[session.lang]
        back = len(session.starts) > 1 or (bool(session.trail) and not session.closes)
        body, more = pages.page(session.text, session.choices, session.starts[-1], _, back, _.fold(hint))
        ended = session.closes and more is None
        here = len(session.choices) if more is None else max(0, more - len(session.text))
        offered = max(session.offered, here)  # a hint may push a choice off the page on which it was seen
        return replace(session, reply=("END " if ended else "CON ") + body, more=more, offered=offered, ended=ended)


def _way_back(trail: tuple[Link, ...], acted: bool) -> tuple[Link, ...]:
    return trail[:1] if acted else trail if len(trail) <= LONGEST_TRAIL else (trail[0], *trail[1 - LONGEST_TRAIL :])


def _may_resume(before: Session) -> bool:
    """A dropped call is taken up only where the screen gives nothing away and was on its way somewhere."""
    settled = before.ended or before.acted or before.here.screen in ("home.home", "home.language", "home.resume")
    return bool(before.reply) and not settled and _gives_nothing_away(before.here)


def _gives_nothing_away(here: Link) -> bool:
    """Neither it, nor what it asks its question for (`wrapped`)."""
    asked_for = [str(here.args["screen"])] if "screen" in here.args else []
    return all(name in screens and screens[name].neutral for name in (here.screen, *asked_for))
