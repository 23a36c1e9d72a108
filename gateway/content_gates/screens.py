"""The real screens of one language, page by page, in every state of duty: for the gates, and for a reviewer's sheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from msgspec.structs import replace

from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.sample_callers import (
    ALERT_NUMBER,
    AREA_ID,
    CLINIC_CODE,
    LATIN,
    LISTED_CODE,
    NOW,
    NURSE,
    RESPONDER,
    SOS_CODE,
    DutyState,
    Names,
    duty_states,
    sample_caller,
    sample_safe_call,
    sample_sos,
    with_many_words,
)
from gateway.model.caller import Caller
from gateway.model.contacts import ContactRequests
from gateway.model.sos import Sos
from gateway.model.sos_question import SosQuestion
from gateway.model.staff import Roster
from gateway.text.gsm import is_gsm
from gateway.text.wording_safety import default_arrest_words
from menus import (
    alerts,
    contacts,
    detention,
    health,
    home,
    pin,
    responders,
    rights,
    safe_call,
    settings,
    sos,
    sos_place,
    talk,
    text_preferences,
)
from menus.engine import paging
from menus.engine.screen import ScreenResult, by_key
from translations import Translator

Show = Callable[[Caller, Translator], ScreenResult]
SHORT_DETAILS: Final = "Back door"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a walk. `urgent_choice`: the key of the choice that must be on the first page; 0: none.

    `may_be_long`: callers' words decide how many pages it takes.
    """

    name: str
    show: Show
    urgent_choice: int = 0
    depends_on_duty: bool = False
    has_back: bool = True
    may_be_long: bool = False


@dataclass(frozen=True, slots=True)
class RenderedScreen:
    """One screen as a phone shows it. A reviewer reads the pages in order."""

    name: str
    state: str
    """the state of duty; empty where the screen is the same in all"""
    pages: tuple[str, ...]
    is_gsm: bool
    """pages of 160 septets; otherwise of 70 characters"""
    choices: tuple[str, ...]
    """the lines of the choices, with their numbers"""
    urgent_choice: int = 0
    urgent_label: str = ""
    may_be_long: bool = False

    @property
    def has_urgent_choice_first(self) -> bool:
        """Whether the urgent choice, if there is one, stands on the first page."""
        line = f"{self.urgent_choice}. {self.urgent_label}"
        return not self.urgent_choice or line in self.pages[0].splitlines()


def render_screens(texts: LanguageTexts) -> Iterator[RenderedScreen]:
    """Render home, the calls for help, care, joining, the safe call and the responder's screens."""
    return _render_all(texts, SCREENS, LATIN)


def render_all_screens(texts: LanguageTexts, names: Names) -> Iterator[RenderedScreen]:
    """Render the same and the screens that ask for a choice or show one, with names of one script."""
    return _render_all(texts, (*SCREENS, *FURTHER_SCREENS), names)


def _render_all(texts: LanguageTexts, wanted: Sequence[Screen], names: Names) -> Iterator[RenderedScreen]:
    for place, duty in enumerate(duty_states()):
        caller = sample_caller(texts, duty, names)
        for screen in wanted:
            if screen.depends_on_duty or place == 0:
                yield render(texts.translator, screen, caller, duty)


def render_topics(texts: LanguageTexts) -> Iterator[RenderedScreen]:
    """Render every rights topic with the line that sends it as a text."""
    caller = sample_caller(texts, next(duty_states()))
    for topic in texts.topics:
        yield render(texts.translator, Screen(f"topic {topic.group}/{topic.slug}", _show_topic(topic.slug)), caller)


def render(_: Translator, screen: Screen, caller: Caller, duty: DutyState | None = None) -> RenderedScreen:
    """Render one screen for this caller, as the engine would."""
    shown = screen.show(caller, _)
    choices = tuple(replace(choice, label=_.normalise(choice.label)) for choice in shown.choices)
    text = _.normalise(shown.text)
    first, keeps = shown.choice_first, shown.keeps_choices
    pages = tuple(paging.all_pages(text, choices, _, screen.has_back, choice_first=first, keeps_choices=keeps))
    label = by_key(choices)[str(screen.urgent_choice)].label if screen.urgent_choice else ""
    state = duty.name if duty and screen.depends_on_duty else ""
    lines = tuple(paging.Content("", choices).labels)
    kept = screen.urgent_choice, label, screen.may_be_long
    return RenderedScreen(screen.name, state, pages, is_gsm("".join(pages)), lines, *kept)


def _show_topic(slug: str) -> Show:
    return lambda caller, _: rights.topic(caller, _, slug=slug)


def _with_own_sos(show: Show) -> Show:
    return lambda caller, _: show(replace(caller, sos=replace(sample_sos(caller, ""), coming_staff=())), _)


def _with_asked_sos(show: Show) -> Show:
    def shown(caller: Caller, _: Translator) -> ScreenResult:
        return show(replace(caller, sos=sample_sos(caller, "").asked(SosQuestion.CAN_TALK, "r")), _)

    return shown


def _with_helped_sos(show: Show) -> Show:
    return lambda caller, _: show(replace(caller, sos=sample_sos(caller, "")), _)


def _with_safe_call(show: Show) -> Show:
    return lambda caller, _: show(replace(caller, safe_call=sample_safe_call(caller)), _)


def _as_coming(sos: Sos) -> Sos:
    return replace(sos, coming_staff=(RESPONDER.id,))


def _details(caller: Caller, _: Translator) -> ScreenResult:
    return responders.sos_details(caller, _, code=SOS_CODE)


def _as_responder(show: Show, changed: Callable[[Sos], Sos] = lambda sos: replace(sos, coming_staff=())) -> Show:
    def shown(caller: Caller, _: Translator) -> ScreenResult:
        call = changed(sample_sos(caller, SHORT_DETAILS))
        return show(replace(caller, staff=RESPONDER, sos_by_code={SOS_CODE: call}, open_sos_count=1), _)

    return shown


def _with_words(show: Show) -> Show:
    def shown(caller: Caller, _: Translator) -> ScreenResult:
        safety = caller.safety_profile
        words = default_arrest_words("Nnnnnnnnnnnn", _)
        return show(replace(caller, safety_profile=safety and replace(safety, arrest_message=words)), _)

    return shown


def _without_pin(show: Show) -> Show:
    def shown(caller: Caller, _: Translator) -> ScreenResult:
        known = caller.subscription and replace(caller.subscription, pin_hash=b"")
        asked = ContactRequests(owners=((b"x", False),))
        return show(replace(caller, subscription=known, safety_profile=None, contact_requests=asked), _)

    return shown


def _clinic_choice(screen: Callable[..., ScreenResult], code: str = CLINIC_CODE) -> Show:
    return lambda caller, _: screen(caller, _, need="hurt", area=AREA_ID, code=code)


def _with_nurse(show: Show) -> Show:
    return lambda caller, _: show(replace(caller, world=replace(caller.world, roster=Roster({NURSE.token: NURSE}))), _)


SCREENS: Final = (
    Screen("languages", home.language, has_back=False),
    Screen("home", home.home, urgent_choice=4, has_back=False),
    Screen("home of the team", _as_responder(home.home), urgent_choice=4, has_back=False),
    Screen("Talk to someone", talk.talk, urgent_choice=1, depends_on_duty=True),
    Screen("Talk to someone, while out", _with_safe_call(talk.talk), urgent_choice=1, depends_on_duty=True),
    Screen("SOS: before", sos.sos_menu, urgent_choice=1, depends_on_duty=True),
    Screen("SOS: sent", sos.sos_sent, urgent_choice=1, depends_on_duty=True),
    Screen("SOS: open, nobody comes yet", _with_own_sos(sos.sos_menu), urgent_choice=1, depends_on_duty=True),
    Screen("SOS: open, somebody comes", _with_helped_sos(sos.sos_menu), urgent_choice=1),
    Screen("SOS: where", sos_place.where),
    Screen("SOS: told", _with_own_sos(sos_place.told), urgent_choice=1),
    Screen("SOS: end it?", _with_own_sos(sos.confirm_end), urgent_choice=1),
    Screen("SOS: a question", _with_asked_sos(sos.sos_menu), urgent_choice=1),
    Screen("SOS: afterwards", sos.aftercare, urgent_choice=1),
    Screen("SOS: who hears it", sos.tier_choices),
    Screen("Health", health.health, urgent_choice=1),
    Screen("Health: when was it", health.time_since_incident, urgent_choice=1),
    Screen("Health: within 72 hours", health.area_within_72h, urgent_choice=1),
    Screen("Health: within 5 days", health.advice_within_5_days, urgent_choice=1),
    Screen("Health: after 5 days", health.advice_after_5_days, urgent_choice=1),
    Screen("Health: places", lambda caller, _: health.clinic_list(caller, _, need="hurt", area=AREA_ID)),
    Screen("Health: a place", _clinic_choice(health.clinic_details)),
    Screen("Health: the code", _with_nurse(_clinic_choice(health.referral_made))),
    Screen("Alerts near me", alerts.alerts),
    Screen("join: consent", lambda caller, _: alerts.confirm_join(caller, _, area=AREA_ID)),
    Screen("join: done", lambda caller, _: alerts.area_joined(caller, _, area=AREA_ID)),
    Screen("safe call: start", safe_call.start, urgent_choice=1),
    Screen("safe call: colleagues too", safe_call.include_responders, urgent_choice=1),
    Screen("safe call: question", safe_call.note_question),
    Screen("safe call: back by", lambda caller, _: safe_call.return_time(caller, _, note="")),
    Screen("safe call: started", lambda caller, _: safe_call.safe_call_started(caller, _, note="", until=NOW)),
    Screen("safe call: ended", _with_safe_call(safe_call.end_safe_call)),
    Screen("responder: calls", _as_responder(responders.sos_list), urgent_choice=1),
    Screen("responder: a call", _as_responder(_details), urgent_choice=1),
    Screen(
        "responder: a call with many words",
        _as_responder(_details, with_many_words),
        urgent_choice=1,
        may_be_long=True,
    ),
    Screen("responder: I said that I come", _as_responder(_details, _as_coming), urgent_choice=1),
    Screen("responder: is it over", _as_responder(partial(responders.confirm_over, code=SOS_CODE))),
    Screen("responder: ask", _as_responder(lambda caller, _: responders.questions(caller, _, code=SOS_CODE))),
    Screen(
        "responder: I come",
        _as_responder(lambda caller, _: responders.sos_answered(caller, _, code=SOS_CODE, answer="coming")),
    ),
)
FURTHER_SCREENS: Final = (
    Screen("an alert", lambda caller, _: alerts.alert_details(caller, _, number=ALERT_NUMBER)),
    Screen("join for tonight: done", lambda caller, _: alerts.area_joined(caller, _, area=AREA_ID, tonight=True)),
    Screen("Health: a listed place", _clinic_choice(health.clinic_details, LISTED_CODE)),
    Screen("Health: may we text", lambda caller, _: health.consent_to_text(caller, _, code=SOS_CODE)),
    Screen("Health: may we ask later", lambda caller, _: health.consent_to_follow_up(caller, _, code=SOS_CODE)),
    Screen("SOS: ended", _with_own_sos(sos.end_sos)),
    Screen("If police hold me", _with_words(detention.arrest_message)),
    Screen("Tell my people", _with_words(detention.detained)),
    Screen("Somebody asks you", _without_pin(contacts.contact_request)),
    Screen("Second code", contacts.duress_pin),
    Screen("new PIN: again", lambda caller, _: pin.new_pin_again(caller, _, draft="", screen="settings.pin_saved")),
    Screen("Language: remember", _without_pin(settings.remember_language)),
    Screen("What the texts say: plain", settings.confirm_plain),
    Screen("No texts", text_preferences.confirm_no_texts),
    Screen("Stop all texts", settings.stop),
    Screen("Delete everything", settings.delete),
    Screen("What you know about me", settings.stored_data),
    Screen("Who we are", settings.about),
)
