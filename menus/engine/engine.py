"""Turn a pressed key into the next session, with its reply, and into intents. No I/O."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.intents import Intent
from menus import client_news, home, muted, pin, words
from menus.engine import paging
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    nest_link,
    redirect,
    screens,
)
from menus.engine.session import Session
from menus.engine.typed import joined_digits, plain_key
from menus.printed_keys import keys_from_dialling

MAX_INPUTS = 20
"""No person dials a first request with more keys than this."""
MAX_TRAIL_SCREENS = 12
"""Number of screens through which 0 leads back."""

ROOT_MODULES = (home, pin, client_news, muted)
"""Importing these modules registers every screen."""
TRANSIENT_SCREENS = pin.PIN_SCREENS | {"home.resume"}
"""Screens that only lead to another screen."""

HOME, LANGUAGES = Link("home.home"), Link("home.language")
BuildCaller = Callable[[Session], Caller]
TurnResult = tuple[Session, tuple[Intent, ...]]


class Engine:
    """Runs screens. `translators` maps language codes to translators; its first language is the default.

    `find_meaning` returns what a word means that people also text, as `STOP`, or an empty string.
    """

    def __init__(
        self,
        translators: Mapping[str, Translator],
        fallback_lang: str = "en",
        find_meaning: Callable[[str], str] = lambda _typed: "",
    ):
        self._translators = translators
        self._default_lang = next(iter(translators), fallback_lang)
        self._find_meaning = find_meaning

    def start_session(
        self, session: Session, previous: Session | None, build_caller: BuildCaller, dialled: Sequence[str] = ()
    ) -> TurnResult:
        """Show the first screen of a session. `previous` is the caller's last session, if it was recently cut off.

        Keys that were dialled with the code begin at the list of languages. So they mean the same whatever was
        remembered or cut off, and can be printed.
        """
        if dialled:
            session = replace(session, lang=self._default_lang)
            session, did = self._go_to(session, LANGUAGES, build_caller)
            session, more = self.press_keys(session, dialled, build_caller)
            return session, (*did, *more)
        caller = build_caller(session)
        if previous and (way := _resume_at(previous)):
            session = replace(session, lang=previous.lang, changes=previous.changes, trail=way[:-1])
            return self._go_to(session, Link("home.resume", nest_link(way[-1])), build_caller)
        lang = self._saved_language(caller)
        session = replace(session, lang=lang or self._default_lang)
        return self._go_to(session, HOME if lang else LANGUAGES, build_caller)

    def keys_from_dialling(self, caller: Caller, *path: str) -> str:
        """Return the keys that lead through these screens, to be printed in a text to this caller."""
        return keys_from_dialling(caller, self._translators[caller.lang], *path)

    def press_keys(self, session: Session, keys: Sequence[str], build_caller: BuildCaller) -> TurnResult:
        """Press keys one after another. A request with several keys cannot carry a PIN: each attempt is counted."""
        done: list[Intent] = []
        for key in keys[:MAX_INPUTS]:
            if session.ended or (len(keys) > 1 and screens[session.location.screen].takes_secret):
                break
            session, did = self._press_key(session, plain_key(key), build_caller)
            done += did
        return session, tuple(done)

    def _saved_language(self, caller: Caller) -> str:
        subscription = caller.subscription
        return (
            subscription.lang
            if subscription and subscription.remembers_language and subscription.lang in self._translators
            else ""
        )

    def _press_key(self, session: Session, key: str, build_caller: BuildCaller) -> TurnResult:
        if key == paging.MORE_KEY and session.next_page_start is not None:
            return self._lay_out(replace(session, page_starts=(*session.page_starts, session.next_page_start))), ()
        if key == paging.BACK_KEY and len(session.page_starts) > 1:
            return self._lay_out(replace(session, page_starts=session.page_starts[:-1])), ()
        if key == paging.BACK_KEY and session.trail:
            back = session.trail[-1]
            return self._go_to(replace(session, trail=session.trail[:-1]), back, build_caller)
        if chosen := session.choice_seen(key):
            return self._go_forward(session, chosen.link, build_caller)
        _ = self._translators[session.lang]
        if session.answer_link and _is_answer(session, key) and not words.is_stop(key, _):
            return self._submit_answer(session, session.answer_link, key, build_caller)
        if word := self._link_of_word(session, key, build_caller):
            return self._go_forward(session, word, build_caller)
        return self._lay_out_again(session, _wrong_key_text(session, _)), ()

    def _submit_answer(self, session: Session, link: Link, typed: str, build_caller: BuildCaller) -> TurnResult:
        """Pass on the typed words. If they are refused, the question follows the refusal from its beginning."""
        typed = joined_digits(typed) if session.wants_digits else typed
        wanted = screens.get(link.screen)
        if wanted and wanted.looks_up and (word := self._link_of_word(session, typed, build_caller)):
            return self._go_forward(session, word, build_caller)
        try:
            return self._go_forward(session, Link(link.screen, {**link.args, session.answer_arg: typed}), build_caller)
        except InvalidAnswer as refused:
            if word := self._link_of_word(session, typed, build_caller):
                return self._go_forward(session, word, build_caller)
            return self._lay_out_again(session, str(refused), must_show=True), ()

    def _link_of_word(self, session: Session, typed: str, build_caller: BuildCaller) -> Link | None:
        return words.link_of(self._find_meaning(typed), build_caller(session), self._translators[session.lang])

    def _go_forward(self, session: Session, link: Link, build_caller: BuildCaller) -> TurnResult:
        """Open a link. 0 never leads back to a PIN's question or to a screen that had an effect."""
        passing = session.has_acted or session.location.screen in TRANSIENT_SCREENS
        trail = session.trail if passing else (*session.trail, session.location)
        if session.location.screen == "home.resume" and link.screen != "home.continue_session":
            trail = (HOME,)  # the caller starts again, by a key of the first screen
        return self._go_to(replace(session, trail=trail), link, build_caller)

    def _go_to(self, session: Session, link: Link, build_caller: BuildCaller) -> TurnResult:
        caller = build_caller(session)
        _ = self._translators[session.lang]
        if link.screen not in screens:  # a session of an older release
            hint = _("This menu has changed.")
            session, did = self._go_to(replace(session, trail=()), HOME, build_caller)
            return self._lay_out(session, hint), did
        shown = self._render_allowed(link, caller, _)
        if shown.opened is not None:
            opened = replace(session, grants=tuple(dict.fromkeys((*session.grants, *shown.opened))))
            session, did = self._go_to(opened, HOME, build_caller)
            return session, (*shown.intents, *did)
        if shown.lang:  # show the next screen in the chosen language
            session, did = self._go_to(replace(session, lang=shown.lang), shown.location or HOME, build_caller)
            return session, (*shown.intents, *did)
        return self._apply_result(session, shown.location or link, shown), shown.intents

    def _render_allowed(self, link: Link, caller: Caller, _: Translator) -> ScreenResult:
        """Render a screen. Staff screens are for active staff only, who may lose the role during a session."""
        wanted = screens[link.screen]
        if wanted.staff_only and not caller.staff:
            return redirect(HOME, caller, _)
        return wanted.show(caller, _, **link.args)

    def _apply_result(self, session: Session, location: Link, result: ScreenResult) -> Session:
        """Store what the screen shows. After an effect, 0 leads home and not back into the steps before it."""
        _ = self._translators[session.lang]
        acted = bool(result.intents)
        trail = _trail_to(location, session.trail, acted)
        known = len(result.choices) if screens[location.screen].allows_typeahead else 0
        text = _.normalise(result.text)
        choices = tuple(replace(choice, label=_.normalise(choice.label)) for choice in result.choices)
        content = paging.Content(text, choices, keeps_choices=result.keeps_choices)
        if result.choice_first and choices:
            content = paging.put_choice_first(text, choices, _, result.choice_first)
        changed = replace(
            session,
            location=location,
            trail=trail,
            text=content.text,
            choices=content.choices,
            details=content.details,
            keeps_choices=content.keeps_choices,
            answer_link=result.answer_link,
            answer_arg=result.answer_arg,
            wants_digits=result.wants_digits,
            page_starts=(0,),
            choices_seen=known,
            has_acted=acted,
            is_final=result.is_final,
        )
        return self._lay_out(changed)

    def _lay_out(self, session: Session, hint: str = "") -> Session:
        """Lay out the page that begins at the last of `page_starts`."""
        _ = self._translators[session.lang]
        content = paging.Content(session.text, session.choices, session.details, session.keeps_choices)
        back = _.normalise(_back_label(session, _))
        for label in ("", back) if session.is_final else (back,):  # no key works on the page that ends the session
            body, more = paging.lay_out_page(content, session.page_starts[-1], _, label, _.normalise(hint))
            if more is None:
                break
        ended = session.is_final and more is None
        here = len(session.choices) if more is None else content.choices_before(more)
        offered = max(session.choices_seen, here)  # a hint may push choices off the page that showed them
        return replace(
            session, reply=("END " if ended else "CON ") + body, next_page_start=more, choices_seen=offered, ended=ended
        )

    def _lay_out_again(self, session: Session, hint: str, *, must_show: bool = False) -> Session:
        """Show the page again with a hint in the room of its text: its choices stay, and so does the next page.

        A hint that has no room is left out. `must_show`: the question is then shown from its beginning behind it.
        """
        _ = self._translators[session.lang]
        again = self._lay_out(session)
        shown = again.reply.removeprefix("CON ")
        with_hint = session.choices and paging.put_hint(
            shown, f"{session.text}\n{session.details}", _.normalise(hint), _
        )
        if with_hint:
            return replace(again, reply="CON " + with_hint)
        is_question = must_show or not session.choices
        return self._lay_out(replace(session, page_starts=(0,)), hint) if is_question else again


def _is_answer(session: Session, typed: str) -> bool:
    is_key = not session.wants_digits and _is_menu_key(typed)
    return typed not in ("", paging.BACK_KEY) and not is_key


def _is_menu_key(typed: str) -> bool:
    """Whether the typed answer is only a key of the menus, as `1`, `98`, `1.`, `*` or `#`."""
    bare = typed.strip("*#.) ")
    return not bare or (len(bare) <= 2 and bare.isdecimal())


def _wrong_key_text(session: Session, _: Translator) -> str:
    if session.answer_link is None:
        return _("Please type a number from the list.")
    if session.wants_digits:
        return _("Please type an answer.")
    return _("Please type words, or a number from the list.") if session.choices else _("Please type words.")


def _back_label(session: Session, _: Translator) -> str:
    """Return where 0 leads: back to the page or screen before, or home. It is empty where 0 leads nowhere."""
    if len(session.page_starts) > 1:
        return _("Back")
    if session.is_final or not session.trail or _offers_home(session, _):
        return ""
    # Translators: the key 0 leads to the first screen.
    return _("Home") if session.trail[-1].screen == HOME.screen else _("Back")


def _offers_home(session: Session, _: Translator) -> bool:
    """Whether a choice says Home: then no second key for the same is printed. 0 works all the same."""
    label = _.normalise(_("Home"))
    return any(choice.label == label and choice.link.screen == HOME.screen for choice in session.choices)


def _trail_to(location: Link, trail: tuple[Link, ...], has_acted: bool) -> tuple[Link, ...]:
    """Return the trail of a screen. After an effect 0 leads home, and says so; home itself has nothing before it."""
    if has_acted:
        return (HOME,)
    if location.screen == HOME.screen:
        return ()
    return trail if len(trail) <= MAX_TRAIL_SCREENS else (trail[0], *trail[1 - MAX_TRAIL_SCREENS :])


def _resume_at(previous: Session) -> tuple[Link, ...]:
    """Return the way to where a cut-off session may go on: no PIN was typed, and it had not finished. Empty: nowhere.

    A screen that reveals nothing is shown again, and leads back home. On the way to care, the screen before it is.
    """
    here = previous.location
    settled = previous.ended or previous.grants or previous.has_acted or not previous.reply
    if settled or here.screen in ("home.home", "home.language", "home.resume"):
        return ()
    if _is_each(here, "neutral"):
        return (HOME, here)
    before = previous.trail[-1] if previous.trail else HOME
    goes_on = before != HOME and all(_is_each(link, "neutral", "resumes_before") for link in (here, before))
    return previous.trail if goes_on else ()


def _is_each(location: Link, *kinds: str) -> bool:
    """Whether the screen, and the one that its nested link opens, if any, are each of one of these kinds."""
    asked_for = [str(location.args["screen"])] if "screen" in location.args else []
    names = (location.screen, *asked_for)
    return all(name in screens and any(getattr(screens[name], kind) for kind in kinds) for name in names)
