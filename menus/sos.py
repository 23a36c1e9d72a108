"""Screens of an SOS: the caller raises it with three keys, adds details, and ends it."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.sos import DEFAULT_TIERS, RENEWAL_PAUSE_S, SOS_FEATURE, Sos, SosTier
from gateway.model.sos_question import SosQuestion
from gateway.model.sos_rounds import SosStage
from gateway.model.staff import VERIFIER_ROLES, Role
from gateway.text import joins
from gateway.text.hotline import answers_from_text, number_open_now
from gateway.text.wording import format_clock
from gateway.text.wording_safety import question_text, responders_read_text, responders_saw_text
from menus import sos_place
from menus.contacts import MenuEntry
from menus.engine.screen import Link, ScreenResult, Translator, ask_question, link_to, screen, show_menu
from menus.printed_keys import keys_from_dialling
from menus.waiting import Waiting, waits_first


def menu_entry(caller: Caller, _: Translator) -> MenuEntry:
    # Translators: the first line under 'Talk to someone'; neutral, at most 26 characters.
    return (_("I need someone now"), link_to(sos_menu)) if caller.sos or caller.has_feature(SOS_FEATURE) else None


def is_covered(caller: Caller) -> bool:
    """Whether anybody who gets the caller's SOS is on duty."""
    roster = caller.world.roster
    with_organisation = SosTier.ORGANISATION in _chosen_tiers(caller)
    roles = {Role.RESPONDER} | (VERIFIER_ROLES if with_organisation else frozenset())
    people = tuple(p for p in roster.people if p.active and p.roles & roles and p != caller.staff)
    return bool(roster.on_duty(people, caller.local_time))


def duty_text(caller: Caller, _: Translator) -> str:
    """Return whether anybody is on duty. The caller reads it before and after raising an SOS."""
    if is_covered(caller):
        return _("Somebody is on duty now.")
    return joins.sentences(_, call_text(caller, _), _("Nobody is on duty now."))


def call_text(caller: Caller, _: Translator, is_answered: bool = False) -> str:
    """Return the number to call, or from when a person answers there. It stands first where nobody is on duty.

    It promises an answer only while the hotline's hours say so, or where it has none and `is_answered`.
    """
    hotline, hours = caller.world.profile.hotline, caller.world.profile.hotline_hours
    if not hotline:
        return ""
    if hours is None and not is_answered:
        return _("Call {phone}.").format(phone=hotline)
    closed = answers_from_text(hotline, hours, caller.local_time, _)
    return closed or _("Call {hotline}. One of us answers.").format(hotline=hotline)


def keys_to_end(caller: Caller, _: Translator) -> str:
    """Return the keys that end the caller's call for help, from dialling on."""
    return keys_from_dialling(caller, _, "talk.talk", "sos.sos_menu", "sos.confirm_end", "sos.end_sos")


def _chosen_tiers(caller: Caller) -> set[str]:
    """Return the tiers that the caller chose, or the default ones."""
    return {str(tier) for tier in (caller.safety_profile.sos_tiers if caller.safety_profile else ()) or DEFAULT_TIERS}


@waits_first
def open_call(caller: Caller, _: Translator) -> list[Waiting]:
    """Return the open call, where this session may see it."""
    # Translators: the line of the list of what waits that leads to the open call for help; neutral.
    return [(_("My call"), link_to(sos_menu))] if caller.sos else []


@screen(allows_typeahead=True)
def sos_menu(caller: Caller, _: Translator) -> ScreenResult:
    if caller.sos:
        return _open_call(caller, caller.sos, _)
    return show_menu(
        duty_text(caller, _),
        (_("Ask colleagues to come"), link_to(sos_sent)),
        (_("Who gets my call"), link_to(tier_choices)),
        *_aftercare_choices(_),
        choice_first=True,
    )


def _open_call(caller: Caller, sos: Sos, _: Translator) -> ScreenResult:
    """Show how the call stands. A question that a responder asked comes first, and one key answers it."""
    if sos.waiting:
        return _ask(caller, sos.waiting[0], _)
    again = [(_("Ask again"), link_to(sos_sent))] if caller.now >= sos.at + RENEWAL_PAUSE_S else []
    return show_menu(
        joins.sentences(_, *_state_lines(caller, sos, _)),
        *again,
        (_("Say where you are"), link_to(sos_place.where)),
        (_("End my call for help"), link_to(confirm_end)),
        *_aftercare_choices(_),
        _silence_choice(sos, _),
        choice_first=True,
    )


def _state_lines(caller: Caller, sos: Sos, _: Translator) -> list[str]:
    """Return when it was sent and who comes. Nobody is said to come who does not know where."""
    lines = [_("Sent at {hour}.").format(hour=format_clock(caller.world.local_time(sos.at)))]
    coming = len(sos.coming_staff)
    if sos.arrived_staff:
        lines.append(_("1 person is near you now."))
    elif coming and sos.has_place:
        lines.append(_.ngettext("{n} person is coming.", "{n} people are coming.", coming).format(n=coming))
    elif coming:
        lines.insert(0, responders_saw_text(coming, _))
    elif sos.stage is not SosStage.RAISED:
        lines += _read_lines(sos, _)
        lines.insert(0, "" if is_covered(caller) else call_text(caller, _))
    else:
        lines.insert(is_covered(caller), duty_text(caller, _))  # the number to call comes first
    if sos.waits_for(SosQuestion.WHAT):
        lines.insert(0, question_text(SosQuestion.WHAT, _))
    return lines


def _silence_choice(sos: Sos, _: Translator) -> tuple[str, Link]:
    # Translators: the caller gets no texts about this call, because somebody may see the phone.
    label = _("Send me texts again") if sos.is_silent else _("No texts about this")
    return label, link_to(silenced, is_silent=not sos.is_silent)


@screen()
def silenced(caller: Caller, _: Translator, is_silent: bool) -> ScreenResult:
    said = _("No more texts about this. Dial to see news.") if is_silent else _("We text you about this again.")
    back = link_to(sos_menu)
    return show_menu(said, (_("Go on"), back), location=back, intents=[intents.SilenceSos(is_silent)])


def _read_lines(sos: Sos, _: Translator) -> list[str]:
    """Return whether anybody read what was said. How many were asked would tell of a second code."""
    asked = _("We asked people to come.")
    if sos.readers:
        return [asked, responders_read_text(len(sos.readers), _)]
    return [asked, _("Your last words wait to be read.") if sos.was_read else _("Nobody has read it yet.")]


def _ask(caller: Caller, question: SosQuestion, _: Translator) -> ScreenResult:
    profile = caller.world.profile
    hotline = number_open_now(profile.hotline, profile.hotline_hours, caller.local_time)
    return show_menu(
        question_text(question, _, hotline),
        (_("Yes"), link_to(question_answered, question=question.value, yes=True)),
        (_("No"), link_to(question_answered, question=question.value, yes=False)),
        (_("End my call for help"), link_to(confirm_end)),
        choice_first=2,
    )


@screen()
def question_answered(caller: Caller, _: Translator, question: str, yes: bool) -> ScreenResult:
    """Pass the answer on. Words may follow."""
    answer = intents.AnswerSosQuestion(SosQuestion(question), yes)
    return ask_question(
        _("We passed it on."),
        link_to(sos_place.told),
        "typed",
        (_("Go on"), link_to(sos_menu)),
        location=link_to(sos_menu),
        intents=[answer],
    )


@screen()
def confirm_end(caller: Caller, _: Translator) -> ScreenResult:
    """Ask once, because a key may be pressed in fear."""
    return show_menu(
        _("End your call for help? Then nobody comes to you."),
        (_("Yes, end it"), link_to(end_sos)),
        (_("Go on: keep it open"), link_to(sos_menu)),
    )


def _aftercare_choices(_: Translator) -> list[tuple[str, Link]]:
    """Return the choices for afterwards: care and people to talk to."""
    return [(_("I was hurt"), Link("sos.aftercare")), (_("Talk to someone"), Link("talk.talk"))]


@screen()
def aftercare(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(
        _("You decide what is next. A clinic helps most in the first 72 hours. Keep unwashed clothes, texts, numbers."),
        (_("Find a clinic"), Link("health.health")),
        (_("My rights"), Link("rights.rights")),
        (_("Talk to someone"), Link("talk.talk")),
        choice_first=True,
    )


def raised_text(caller: Caller, _: Translator, asks_where: bool = True) -> str:
    """Return the answer to a call by text or missed call. The caller is asked where, and not told what we guess."""
    begun = _("We send it in a minute.") if caller.has_raised_sos_often else _("We got it.")
    return joins.sentences(_, begun, duty_text(caller, _), question_text(SosQuestion.WHERE, _) if asks_where else "")


def added_text(caller: Caller, sos: Sos, _: Translator, tells_where: bool) -> str:
    """Return the answer to a further text: that it was passed on, and how many read what came before.

    While nobody knows where, each text that does not say it is answered with the question. Words for which the call
    has no room are not said to be passed on.
    """
    if not (sos.takes_texts or sos.is_quiet(caller.now, is_forgeable=True)):
        return _("Please dial {dial}.").format(dial=caller.world.profile.service_code)
    read = responders_read_text(len(sos.readers), _) if sos.readers else ""
    return joins.sentences(
        _, _("We passed it on."), read, "" if tells_where or sos.has_place else question_text(SosQuestion.WHERE, _)
    )


@screen(allows_typeahead=True)
def sos_sent(caller: Caller, _: Translator) -> ScreenResult:
    """Raise the call and ask where the caller is. A number to call stands first where nobody is on duty."""
    check = caller.safety_profile.passphrase if caller.safety_profile else ""
    lines = [_("We send it in a minute.") if caller.has_raised_sos_often else _("Sent.")]
    on_duty = _("Somebody is on duty now.") if is_covered(caller) else _("Nobody is on duty now.")
    lines += ["" if is_covered(caller) else call_text(caller, _), question_text(SosQuestion.WHERE, _), on_duty]
    if check:
        lines.append(_("The person who comes says: {word}.").format(word=check))
    return ask_question(
        joins.sentences(_, *lines),
        link_to(sos_place.told, just_raised=True),
        "typed",
        *sos_place.area_choices(caller),
        (_("I say it later"), link_to(sos_menu)),
        (_("Stop: tell nobody"), link_to(confirm_end)),
        intents=[intents.RaiseSos()],
        choice_first=True,
    )


@screen()
def end_sos(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(
        _("Ended. We told them not to come."),
        *_aftercare_choices(_),
        location=Link("home.home"),
        intents=[intents.EndSos()],
    )


@screen()
def tier_choices(caller: Caller, _: Translator) -> ScreenResult:
    chosen = _chosen_tiers(caller)
    offered = [(SosTier.RESPONDERS, _("Colleagues on duty")), (SosTier.ORGANISATION, _("The rest of the team"))]
    if caller.has_feature(CONTACTS_FEATURE):
        offered.insert(1, (SosTier.CONTACTS, _("People I trust")))
    if caller.world.profile.police:
        offered.append((SosTier.POLICE, _("The police")))
    choices = [
        (joins.beside(_, "+" if tier in chosen else "-", label), link_to(tier_toggled, tier=tier.value))
        for tier, label in offered
        if tier is not SosTier.RESPONDERS
    ]
    return show_menu(
        _("Colleagues on duty get your words and area. Who else? + yes, - no. To change, press the number."),
        *choices,
    )


@screen()
def tier_toggled(caller: Caller, _: Translator, tier: str) -> ScreenResult:
    chosen = _chosen_tiers(caller) ^ {tier} | {SosTier.RESPONDERS}
    tiers = tuple(each.value for each in SosTier if each in chosen)
    return show_menu(_("Done."), (_("Who gets my call"), link_to(tier_choices)), intents=[intents.SetSosTiers(tiers)])
