"""Settings: language, wording, PIN, what is held, who is behind this, and the two ways out."""

from gateway.model import intents
from gateway.model.alert import Kind
from gateway.model.caller import Caller
from gateway.model.subscription import Wording
from gateway.wording import code_phrase, kind_name
from menus.limits import limits, which
from menus.pin import own_digits
from menus.places import area_name
from menus.screen import Link, Shown, Translator, ask, end, menu, screen, to


@screen(neutral=True)
def settings(caller: Caller, _: Translator) -> Shown:
    return menu(
        _("Settings"),
        (_("Language"), to(own_language)),
        (_("My areas"), Link("alerts.alerts")),
        (_("How alerts are worded"), to(wording)),
        (_("My PIN"), to(pin)),
        (_("What you hold about me"), to(held)),
        (_("Who is behind this"), to(about)),
        (_("Stop all texts"), to(stop)),
        (_("Delete everything"), to(delete)),
    )


@screen(neutral=True)
def own_language(caller: Caller, _: Translator) -> Shown:
    choices = [(name, to(language_chosen, lang=code)) for code, name in caller.world.house.languages]
    return menu(_("Language"), *choices)


@screen(neutral=True)
def language_chosen(caller: Caller, _: Translator, lang: str) -> Shown:
    return Shown("", lang=lang, here=to(remember_language))


@screen(neutral=True)
def remember_language(caller: Caller, _: Translator) -> Shown:
    """Whoever dials next on this phone would see the language. Behind a PIN it looks as if there were nobody."""
    known = caller.subscription
    if not (known and caller.opened):
        kept = [intents.Speak(caller.lang, remember=bool(known and known.remember))] if caller.staff else []
        return menu(_("Done."), (_("Home"), Link("home.home")), do=kept)
    return menu(
        _("Use it each time on this phone? Others who dial will see it."),
        (_("Yes, remember"), to(language_kept, remember=True)),
        (_("No, ask each time"), to(language_kept, remember=False)),
    )


@screen(neutral=True)
def language_kept(caller: Caller, _: Translator, remember: bool) -> Shown:
    return menu(_("Done."), (_("Home"), Link("home.home")), do=[intents.Speak(caller.lang, remember)])


@screen(owner=True)
def wording(caller: Caller, _: Translator) -> Shown:
    if not caller.subscription:
        return menu(_("You get no alerts yet."), (_("Alerts near me"), Link("alerts.alerts")))
    now = {
        Wording.NEUTRAL: _("neutral"),
        Wording.PLAIN: _("plain"),
        Wording.CODE: _("code words"),
    }[caller.subscription.wording]
    return menu(
        _("Now: {wording}").format(wording=now),
        (_("Neutral: place and hour only"), to(worded, style=int(Wording.NEUTRAL))),
        (_("Plain: says what it is"), to(plain_risk)),
        (_("Code words"), to(code_words)),
        (_("Which texts come"), to(limits)),
    )


@screen(owner=True)
def plain_risk(caller: Caller, _: Translator) -> Shown:
    return menu(
        _("Plain texts say what is going on. Who sees your phone can read them. Choose plain?"),
        (_("Yes"), to(worded, style=int(Wording.PLAIN))),
        (_("No"), to(wording)),
    )


@screen(owner=True)
def code_words(caller: Caller, _: Translator) -> Shown:
    """What each phrase stands for is shown here and nowhere else."""
    phrases = [f"{code_phrase(kind, _)} = {kind_name(kind, _)}" for kind in Kind]
    return menu(
        "\n".join((_("Remember them, they are not explained again:"), *phrases, _("Choose code words?"))),
        (_("Yes"), to(worded, style=int(Wording.CODE))),
        (_("No"), to(wording)),
    )


@screen(owner=True)
def worded(caller: Caller, _: Translator, style: int) -> Shown:
    return menu(_("Done."), (_("Home"), Link("home.home")), do=[intents.Word(Wording(style))])


@screen(owner=True)
def pin(caller: Caller, _: Translator) -> Shown:
    if not (caller.subscription or caller.care or caller.member):
        return menu(_("There is nothing to protect yet."))
    text = _("Choose 4 digits. They hide your areas and alerts. Forgotten? Send DELETE and start anew.")
    choices = [(_("Take my PIN away"), to(pin_kept, typed=""))] if caller.has_pin else []
    return ask(text, to(pin_kept), "typed", *choices)


@screen(owner=True)
def pin_kept(caller: Caller, _: Translator, typed: str) -> Shown:
    if typed:
        own_digits(typed, caller, _)
    text = _("Done. Your PIN is set.") if typed else _("Done. No PIN any more.")
    return menu(text, (_("Home"), Link("home.home")), here=Link("home.home"), do=[intents.SetPin(typed)])


@screen(owner=True)
def held(caller: Caller, _: Translator) -> Shown:
    """Everything, in plain words; the number itself only in locked form."""
    kept, codes = caller.subscription, ", ".join(v.code for v in caller.visits)
    if not (kept or codes or caller.care or caller.trust.owners or caller.member):
        return menu(_("We hold nothing about you. Your network keeps a list of who dials."))
    lines = []
    if kept:
        areas = ", ".join(area_name(caller, id_) for id_ in caller.areas)
        lines.append(_("Your number, scrambled. Areas: {areas}.").format(areas=areas or "-"))
        spoken = dict(caller.world.house.languages).get(kept.lang, kept.lang)
        lines.append(_("Language: {lang}.").format(lang=spoken))
        how = _("dialling") if kept.channel == 0 else _("text")
        lines.append(_("You said yes by {how}.").format(how=how))
        lines.append(_("Texts: {which}.").format(which=which(kept.texts, caller, _)))
        lines.append(_("The weeks of your yes, your last call or text, and the last text that reached you."))
    if codes:
        lines.append(_("Visits: {codes}.").format(codes=codes))
    if caller.care:
        said = _("For your safety: your codes, words and {n} people you trust, scrambled.")
        lines.append(said.format(n=len(caller.care.contacts)))
    if caller.trust.owners:
        asked = len(caller.trust.owners)
        said = _.ngettext("{n} person named you as a contact.", "{n} people named you as a contact.", asked)
        lines.append(said.format(n=asked))
    if caller.member:
        listed = caller.world.clients.values()
        told = len({t.code for each in listed for t in each.tellings if t.by == caller.member.token})
        lines.append(_("You are one of the members.") + " " + _("What you told them: {n}.").format(n=told))
    if kept and caller.own_reports:
        lines.append(_("What you told us: {n}.").format(n=len(caller.own_reports)))
    lines.append(_("Your network keeps a list of who dials."))
    return menu(" ".join(lines), (_("Delete everything"), to(delete)))


@screen(neutral=True)
def about(caller: Caller, _: Translator) -> Shown:
    text = _(
        "Run by people like you and their organisations. No papers are asked, nobody is told, nobody makes you "
        "change your work. Everyone is served, whatever their nationality, language or papers."
    )
    if caller.world.house.hotline:
        text += " " + _("Questions or complaints: {hotline}").format(hotline=caller.world.house.hotline)
    return menu(text)


@screen(neutral=True)
def stop(caller: Caller, _: Translator) -> Shown:
    return menu(_("No more texts from us?"), (_("Yes, stop"), to(stopped)), (_("No"), Link("home.home")))


@screen(neutral=True)
def stopped(caller: Caller, _: Translator) -> Shown:
    return end(_("Done."), do=leaving(caller, intents.Stop()))


@screen(neutral=True)
def delete(caller: Caller, _: Translator) -> Shown:
    return menu(
        _("Everything about this phone is deleted and texts stop. Sure?"),
        (_("Yes, delete"), to(deleted)),
        (_("No"), Link("home.home")),
    )


@screen(neutral=True)
def deleted(caller: Caller, _: Translator) -> Shown:
    if caller.held_by_code:
        return menu(_("First end what runs."), (_("Talk to someone"), Link("talk.talk")))
    return end(_("Done."), do=leaving(caller, intents.Delete()))


def leaving(caller: Caller, how: intents.Intent) -> tuple[intents.Intent, ...]:
    """From a staff phone it also lays the role down, and the organisation hears."""
    return (intents.Suspend(), how) if caller.staff else (how,)
