"""Screens of "Settings": language, wording, PIN, stored data, the organisation, STOP and DELETE."""

from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.text import joins
from gateway.text.wording import alert_kind_name, code_phrase
from menus import reminders
from menus.areas import area_name
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    end_session,
    link_to,
    screen,
    show_menu,
)
from menus.pin import ask_new_pin
from menus.text_preferences import preference_name, text_preferences


@screen(neutral=True, allows_typeahead=True)
def settings(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(
        _("Settings"),
        (_("Language"), link_to(own_language)),
        (_("My areas"), Link("alerts.alerts")),
        (_("What the texts say"), link_to(wording)),
        (_("My PIN"), link_to(pin)),
        (_("What you know about me"), link_to(stored_data)),
        (_("Who we are"), link_to(about)),
        (_("Stop all texts"), link_to(stop)),
        (_("Delete all about me"), link_to(delete)),
        *filter(None, (reminders.menu_entry(caller, _),)),
    )


@screen(neutral=True)
def own_language(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(name, link_to(language_chosen, lang=code)) for code, name in caller.world.profile.languages]
    return show_menu(_("Language"), *choices)


@screen(neutral=True)
def language_chosen(caller: Caller, _: Translator, lang: str) -> ScreenResult:
    return ScreenResult("", lang=lang, location=link_to(remember_language))


@screen(neutral=True)
def remember_language(caller: Caller, _: Translator) -> ScreenResult:
    """Ask whether to remember the language, which the next person who dials on this phone would see.

    It is not remembered where a PIN is set, because home would reveal before the PIN that the phone is known.
    """
    if not caller.subscription or caller.has_own_pin:
        effects = [intents.SetLanguage(caller.lang, remember=False)] if caller.subscription or caller.staff else []
        return show_menu(_("Done."), (_("Home"), Link("home.home")), intents=effects)
    return ask_consent(
        _("Use this language each time on this phone? Others who dial will see it."),
        (_("Yes, remember"), link_to(language_saved, remember=True)),
        (_("No, ask each time"), link_to(language_saved, remember=False)),
    )


@screen(neutral=True)
def language_saved(caller: Caller, _: Translator, remember: bool) -> ScreenResult:
    return show_menu(_("Done."), (_("Home"), Link("home.home")), intents=[intents.SetLanguage(caller.lang, remember)])


@screen()
def wording(caller: Caller, _: Translator) -> ScreenResult:
    if not caller.subscription:
        return show_menu(_("You get no alerts yet."), (_("Alerts near me"), Link("alerts.alerts")))
    now = {
        Wording.NEUTRAL: _("short"),
        Wording.PLAIN: _("clear"),
        Wording.CODE: _("code words"),
    }[caller.subscription.wording]
    return show_menu(
        _("Your choice: {wording}").format(wording=now),
        (_("Short: place and hour only"), link_to(wording_saved, style=int(Wording.NEUTRAL))),
        (_("Clear: says what happens"), link_to(confirm_plain)),
        (_("Code words"), link_to(confirm_code_words)),
        (_("Which texts come"), link_to(text_preferences)),
    )


@screen()
def confirm_plain(caller: Caller, _: Translator) -> ScreenResult:
    return ask_consent(
        _("Clear texts say what is happening. Others who see your phone can read them. Choose clear?"),
        (_("Yes"), link_to(wording_saved, style=int(Wording.PLAIN))),
        (_("No"), link_to(wording)),
    )


@screen()
def confirm_code_words(caller: Caller, _: Translator) -> ScreenResult:
    """Explain the code phrases. No other screen explains them."""
    phrases = [f"{code_phrase(kind, _)} = {alert_kind_name(kind, _)}" for kind in AlertKind]
    return ask_consent(
        "\n".join((_("Learn these words. We do not explain them again:"), *phrases, _("Choose code words?"))),
        (_("Yes"), link_to(wording_saved, style=int(Wording.CODE))),
        (_("No"), link_to(wording)),
    )


@screen()
def wording_saved(caller: Caller, _: Translator, style: int) -> ScreenResult:
    return show_menu(_("Done."), (_("Home"), Link("home.home")), intents=[intents.SetWording(Wording(style))])


@screen()
def pin(caller: Caller, _: Translator) -> ScreenResult:
    may_keep = caller.world.features  # then a PIN can come first, as under "People I trust"
    if not (caller.subscription or caller.safety_profile or caller.member or may_keep):
        return show_menu(_("You have nothing here yet."))
    choices = [(_("Remove my PIN"), link_to(pin_saved, typed=""))] if caller.has_own_pin else []
    return ask_new_pin(_("Choose 4 digits."), link_to(pin_saved), *choices)


@screen()
def pin_saved(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    text = _("Done. Your PIN is set.") if typed else _("Done. No PIN any more.")
    return show_menu(
        text, (_("Home"), Link("home.home")), location=Link("home.home"), intents=[intents.SetOwnPin(typed)]
    )


@screen()
def stored_data(caller: Caller, _: Translator) -> ScreenResult:
    """Show everything that is stored about the caller, in plain words; the number is stored encrypted."""
    subscription, codes = caller.subscription, joins.listed(_, (v.code for v in caller.referrals))
    reminder = reminders.stored_line(caller, _)
    if not (
        subscription or codes or reminder or caller.safety_profile or caller.contact_requests.owners or caller.member
    ):
        return show_menu(_("We keep nothing about you. Your network keeps a list of all who dial."))
    lines = []
    if subscription:
        areas = joins.listed(_, (area_name(caller, id_) for id_ in caller.areas))
        lines.append(_("Your number, in secret writing. Areas: {areas}.").format(areas=areas or "-"))
        spoken = dict(caller.world.profile.languages).get(subscription.lang, subscription.lang)
        lines.append(_("Language: {lang}.").format(lang=spoken))
        # Translators: how the caller joined, for "You joined by {how}."; "text" is a text message.
        how = _("dialling") if subscription.channel == 0 else _("text")
        lines.append(_("You joined by {how}.").format(how=how))
        lines.append(_("Texts: {which}.").format(which=preference_name(subscription.text_preference, caller, _)))
        lines.append(_("The week when you joined, last dialled or texted, and last got our text."))
    if codes:
        lines.append(_("Visits: {codes}.").format(codes=codes))
    if reminder:
        lines.append(reminder)
    if caller.safety_profile:
        said = _("For your safety, in secret writing: your codes, your words. People you trust: {n}.")
        lines.append(said.format(n=len(caller.safety_profile.contacts)))
    if caller.contact_requests.owners:
        asked = len(caller.contact_requests.owners)
        said = _.ngettext("{n} person named you as a contact.", "{n} people named you as a contact.", asked)
        lines.append(said.format(n=asked))
    if caller.member:
        listed = caller.world.client_entries.values()
        report_count = len({t.code for each in listed for t in each.reports if t.author == caller.member.token})
        lines += [_("You are one of the members."), _("Notes you gave them: {n}.").format(n=report_count)]
    if subscription and caller.own_reports:
        lines.append(_("Times you told us: {n}.").format(n=len(caller.own_reports)))
    lines.append(_("Your network keeps a list of all who dial."))
    return show_menu(joins.sentences(_, *lines), (_("Delete all about me"), link_to(delete)))


@screen(neutral=True)
def about(caller: Caller, _: Translator) -> ScreenResult:
    text = _(
        "People like you and their groups lead us. We ask for no papers. We report nobody. We do not try "
        "to change your work. We help people of all countries, languages and papers."
    )
    if caller.world.profile.hotline:
        asked = _("Questions or complaints: {hotline}").format(hotline=caller.world.profile.hotline)
        text = joins.sentences(_, text, asked)
    return show_menu(text)


@screen(neutral=True)
def stop(caller: Caller, _: Translator) -> ScreenResult:
    return ask_consent(_("No more texts from us?"), (_("Yes, stop"), link_to(stopped)), (_("No"), Link("home.home")))


@screen(neutral=True)
def stopped(caller: Caller, _: Translator) -> ScreenResult:
    return end_session(left_text(caller, _), intents=leave_intents(caller, intents.Unsubscribe()))


@screen(neutral=True)
def delete(caller: Caller, _: Translator) -> ScreenResult:
    return ask_consent(
        _("We delete all that we keep about this number, and texts stop. Sure?"),
        (_("Yes, delete"), link_to(deleted)),
        (_("No"), Link("home.home")),
    )


@screen(neutral=True)
def deleted(caller: Caller, _: Translator) -> ScreenResult:
    return end_session(deleted_text(_), intents=leave_intents(caller, intents.DeleteCaller()))


def stopped_text(_: Translator) -> str:
    """Return the answer to STOP, in neutral words that say what was done."""
    return _("Done. No more texts.")


def left_text(caller: Caller, _: Translator) -> str:
    """Return the answer to STOP, with what still comes."""
    if caller.sos:
        return _("Done. Your call is still open: only its texts come.")
    if caller.safe_call:
        return _("Done. Only texts about your way back come.")
    return stopped_text(_)


def deleted_text(_: Translator) -> str:
    """Return the answer to DELETE, in neutral words that say what was done."""
    return _("Done. We delete all about this number. No more texts.")


def leave_intents(caller: Caller, intent: intents.Intent) -> tuple[intents.Intent, ...]:
    """Return the intents of STOP or DELETE. A staff phone gets no texts afterwards, and keeps its roles."""
    return (intents.SilenceStaff(), intent) if caller.staff else (intent,)
