"""What is done for each meaning of a text. Each function takes the wish and returns the answer with its intents."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.caller import Caller
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.intents import DeleteCaller, Unsubscribe
from gateway.model.known_phone import is_known
from gateway.model.names import normalise_name
from gateway.model.needs import LISTED_NEEDS
from gateway.model.sos import MAX_TEXT_CHARS, SOS_FEATURE
from gateway.model.sos_evidence import FLOOD_SOS, MAX_ANSWERED_SOS
from gateway.model.subscription import MAX_AREAS, Channel
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.own_words import typed_letter
from gateway.text.printed_keywords import fill_in
from gateway.text.wording import format_clock, need_name
from gateway.text.wording_safety import unclear_yes_text
from gateway.understanding.meaning import Meaning
from menus import safe_call, sos, talk
from menus.alerts import no_capacity_text, too_many_areas_text
from menus.engine.screen import Translator
from menus.health import clinic_line as place_line
from menus.reports import MAX_VENUE_CHARS, received_text, report_intent
from menus.rights import split_messages
from menus.settings import deleted_text, leave_intents, left_text
from menus.sms.places import ask_place
from menus.sms.result import Option, SmsResult, said
from menus.sms.rights import answer_rights
from menus.sms.wish import Wish
from menus.sos import duty_text

MAX_SHOWN_ALERTS: Final = 4


def act_on(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Return what follows from a wish. OTHER has no act: whoever writes so is asked."""
    return _ACTS[wish.meaning](wish, caller, _)


def reach_text(caller: Caller, _: Translator) -> str:
    """Return how to reach a person now: with SOS where it is turned on, and at the hotline. Empty without either."""
    ways = []
    if caller.has_feature(SOS_FEATURE):
        ways.append(fill_in(_("Need someone now? Send {sos}."), _))
    return joins.sentences(_, *ways, talk.call_text(caller, _))


def dial_text(caller: Caller, _: Translator) -> str:
    return _("Please dial {dial}.").format(dial=caller.world.profile.service_code)


def how_to_end_text(caller: Caller, _: Translator) -> str:
    """Return how to end a safe call or an SOS by dialling, for a text that cannot end it. It says what the keys do."""
    dial = caller.world.profile.service_code
    if caller.safe_call:
        said = _("To say that you are back: dial {dial} and press {keys}.")
        return said.format(dial=dial, keys=safe_call.keys_to_end(caller, _))
    if caller.sos:
        said = _("To end your call: dial {dial} and press {keys}.")
        return said.format(dial=dial, keys=sos.keys_to_end(caller, _))
    return dial_text(caller, _)


def _raise_sos(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Raise an SOS by text, with its words. Where SOS is off, say whom the person can call, and who is on duty."""
    if not caller.has_feature(SOS_FEATURE):
        return said(joins.sentences(_, reach_text(caller, _), duty_text(caller, _), dial_text(caller, _)))
    where = [intents.AddSosDetails(clip(wish.words, MAX_TEXT_CHARS), is_forgeable=True)] if wish.words else []
    raised = (intents.RaiseSos(is_forgeable=True), *where)
    if caller.lately_raised_sos >= FLOOD_SOS:
        return _answer_in_flood(wish, caller, raised, _)
    if caller.sos:
        return said(sos.added_text(caller, caller.sos, _, tells_where=wish.names_place), *raised)
    return said(sos.raised_text(caller, _, asks_where=not wish.names_place), *raised)


def reopen_sos(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Raise the call again that our team ended, with all that was said before."""
    raised = _raise_sos(wish, caller, _)
    again = (replace(one, reopens=True) if isinstance(one, intents.RaiseSos) else one for one in raised.intents)
    return replace(raised, intents=tuple(again))


def _answer_in_flood(wish: Wish, caller: Caller, raised: tuple[intents.Intent, ...], _: Translator) -> SmsResult:
    """Ask every sender to dial, because many texts are forged now. Above the limit, only known senders get an answer.

    Below it the answer is the same for all, so that it does not tell whether a number is known.
    """
    if caller.lately_raised_sos >= MAX_ANSWERED_SOS and not is_known(caller):
        return said((), *raised)
    asked = _("Please dial {dial} and say where you are.").format(dial=caller.world.profile.service_code)
    if wish.names_place:  # it has arrived, and is not asked for again
        asked = dial_text(caller, _)
    got = _("We passed it on.") if caller.sos and wish.words else _("We got it.")
    return said(joins.sentences(_, got, duty_text(caller, _), asked), *raised)


def _stop(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    running = [how_to_end_text(caller, _)] if caller.sos or caller.safe_call else []
    return said(joins.sentences(_, left_text(caller, _), *running), *leave_intents(caller, Unsubscribe()))


def _delete(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    return said(deleted_text(_), *leave_intents(caller, DeleteCaller()))


def _cancel(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Say how to end what runs, which no text can do. Where nothing runs, nothing tells so."""
    return said(how_to_end_text(caller, _) if caller.sos or caller.safe_call else dial_text(caller, _))


def _be_back(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """End the safe call. Without one there is nothing to end, which a phone that is locked by a PIN reads too."""
    if caller.safe_call:
        return said(_("Thank you. We know that you are back."), intents.EndSafeCall())
    return said(how_to_end_text(caller, _) if caller.sos else dial_text(caller, _))


def _join(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    if len(wish.areas) != 1:
        return ask_place(wish, caller, _)
    if (n := len(caller.areas)) >= MAX_AREAS:
        return said(too_many_areas_text(n, _))
    if caller.world.is_full:
        return said(no_capacity_text(_))
    area, text = wish.areas[0], _("Welcome. You get notices for {area}. Details: dial {dial}. To end, send {stop}.")
    welcome = fill_in(text, _, area=area.name, dial=caller.world.profile.service_code)
    return said(welcome, intents.Subscribe(area.id, Channel.SMS))


def _report(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Pass what the person saw on to verifiers; without a place, ask for it and keep the words."""
    if len(wish.areas) != 1:
        return ask_place(wish, caller, _)
    kind = AlertKind(wish.kind) if wish.kind else AlertKind.OTHER
    intent = report_intent(caller, kind, wish.areas[0].id, clip(wish.words, MAX_VENUE_CHARS))
    return said(received_text(intent, caller, _), *((intent,) if intent else ()))


def _find_clinic(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Answer with the two best clinics for a need and an area. A caller dials to get a referral."""
    dial = _("To tell them that you come, dial {dial}").format(dial=caller.world.profile.service_code)
    if not wish.kind:
        names = joins.listed_apart(_, (joins.beside(_, str(i), need_name(n, _)) for i, n in enumerate(LISTED_NEEDS, 1)))
        asked = _("Send {keyword}, a number from this list, and a place: {names}")
        texts = split_messages(asked.format(keyword=_.keyword("CLINIC"), names=names), _)
        return replace(said(texts), listed=tuple(Option(Meaning.CLINIC, "", kind=need) for need in LISTED_NEEDS))
    areas = [area.id for area in wish.areas] or ([] if wish.names_place else list(caller.areas))
    if len(areas) != 1:
        return ask_place(wish, caller, _)
    places = caller.world.directory.nearest(wish.kind, areas[0], caller.local_time, 2)
    if not places:
        return said(joins.sentences(_, _("We know no place for this yet."), dial))
    found = joins.titled(_, joins.listed_apart(_, (place_line(p, _) for p in places)), dial)
    return replace(said(found), place_for=wish.meaning, kind=wish.kind)


def _tell_alerts(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Answer neutrally, with areas and hours. The caller dials to read details, and to read anything behind a PIN."""
    if len(wish.areas) > 1 or (wish.names_place and not wish.areas):
        return ask_place(wish, caller, _)
    areas = tuple(area.id for area in wish.areas) or caller.areas
    local, atlas = caller.world.local_time, caller.world.atlas
    lines = [
        joins.beside(_, area.name, f"{format_clock(local(alert.at))}-{format_clock(local(alert.until))}")
        for alert in caller.world.live_alerts(areas, caller.now)[:MAX_SHOWN_ALERTS]
        if (area := atlas.get(alert.area))
    ]
    dial = _("Details: dial {dial}").format(dial=caller.world.profile.service_code)
    if not areas:
        return said(dial)
    return said(joins.sentences(_, joins.listed(_, lines) or _("Nothing now. Stay careful."), dial))


def _set_language(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    languages = dict(caller.world.profile.languages)
    if wish.kind not in languages:
        asked = _("Send {keyword} and one of: {codes}")
        options = (Option(Meaning.LANG, "", kind=code, answer=normalise_name(code)) for code in languages)
        text = asked.format(keyword=_.keyword("LANG"), codes=joins.listed(_, languages))
        return replace(said(text), listed=tuple(options))
    remembers = bool(caller.subscription and caller.subscription.remembers_language)
    done = _("Done. Language: {lang}.").format(lang=languages[wish.kind])
    return said(done, intents.SetLanguage(wish.kind, remember=remembers))


def _accept_contact(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Accept the contact request that is meant. A phone that shows none reads nothing of contacts."""
    if wish.kind:
        return said(fill_in(_("Reply {yes} or {stop}."), _))
    if not caller.has_feature(CONTACTS_FEATURE):  # nobody was asked anything: a yes, as after STOP, wants our texts
        return ask_place(Wish(Meaning.JOIN), caller, _)
    letter, unclear = typed_letter(wish.words), unclear_yes_text(_)
    pending = caller.contact_requests.pending
    if pending.owners and len(pending.named(letter).owners) != 1:
        return said(unclear)
    if not pending.owners:
        return said(_("Thank you."), intents.AcceptContactRequests(letter=letter, unclear_text=unclear))
    thanks = fill_in(_("Thank you. We text you only if you are needed. To end it, send {stop}."), _)
    return said(thanks, intents.AcceptContactRequests(letter=letter, unclear_text=unclear))


def _decline_contact(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    """Decline what this phone was asked. The answer does not reveal whether it was asked anything."""
    return said(_("All right. We do not ask you."), intents.DeclineContactRequests())


def _tell_menu(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    text = _(
        "Dial {dial}, or text one: {join} and a place, {alerts}, {rights}, {clinic}, {report}. {stop}: no more texts. "
        "{delete}: we delete all about you. Your network, we and others with your phone see texts. "
        "No text from us? Still be careful."
    )
    menu = fill_in(text, _, dial=caller.world.profile.service_code)
    return said(joins.sentences(_, reach_text(caller, _), menu))


def _tell_who(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    if not caller.subscription:
        return said(dial_text(caller, _))
    text = _(
        "This phone asked us for texts. We give your number to nobody. Details: dial {dial}. {stop}: no more texts."
    )
    return said(fill_in(text, _, dial=caller.world.profile.service_code))


def _thank(wish: Wish, caller: Caller, _: Translator) -> SmsResult:
    return said(joins.sentences(_, _("You are welcome."), reach_text(caller, _)))


_ACTS: Final[Mapping[str, Callable[[Wish, Caller, Translator], SmsResult]]] = {
    Meaning.SOS: _raise_sos,
    Meaning.STOP: _stop,
    Meaning.DELETE: _delete,
    Meaning.CANCEL: _cancel,
    Meaning.SAFE: _be_back,
    Meaning.JOIN: _join,
    Meaning.REPORT: _report,
    Meaning.CLINIC: _find_clinic,
    Meaning.ALERTS: _tell_alerts,
    Meaning.RIGHTS: answer_rights,
    Meaning.LANG: _set_language,
    Meaning.YES: _accept_contact,
    Meaning.NO: _decline_contact,
    Meaning.HELP: _tell_menu,
    Meaning.WHO: _tell_who,
    Meaning.THANKS: _thank,
}
