"""Screens that choose which texts a caller gets: all, alerts only, none at night, or none. Each states its risk."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.subscription import TextPreference
from menus.engine.screen import Link, ScreenResult, Translator, ask_consent, link_to, screen, show_menu


def preference_name(texts: TextPreference, caller: Caller, _: Translator) -> str:
    """Return the preference's name."""
    return {
        # Translators: all texts, behind "Texts:".
        TextPreference.ALL: _("All"),
        TextPreference.ALERTS_ONLY: _("Alerts only"),
        TextPreference.DAYTIME: _("No texts {hours}").format(hours=caller.world.profile.night_hours),
        TextPreference.NONE: _("No texts, I dial"),
    }[texts]


@screen()
def text_preferences(caller: Caller, _: Translator) -> ScreenResult:
    if not caller.subscription:
        return show_menu(_("You get no alerts yet."), (_("Alerts near me"), Link("alerts.alerts")))
    offered = [
        (TextPreference.ALL, link_to(preference_saved, texts=0)),
        (TextPreference.ALERTS_ONLY, link_to(preference_saved, texts=1)),
        (TextPreference.NONE, link_to(confirm_no_texts)),
    ]
    if caller.world.profile.night_hours:
        offered.insert(2, (TextPreference.DAYTIME, link_to(confirm_daytime_only)))
    return show_menu(
        _("Texts: {which}.").format(which=preference_name(caller.subscription.text_preference, caller, _)),
        *((preference_name(texts, caller, _), link) for texts, link in offered),
    )


@screen()
def confirm_daytime_only(caller: Caller, _: Translator) -> ScreenResult:
    text = _("{hours}: you get no alerts. Dial to see them. Choose this?")
    return _confirm(text.format(hours=caller.world.profile.night_hours), TextPreference.DAYTIME, _)


@screen()
def confirm_no_texts(caller: Caller, _: Translator) -> ScreenResult:
    text = _(
        "You get no alerts. Dial to see them. If you do not dial for a long time, we delete all about you. Choose this?"
    )
    return _confirm(text, TextPreference.NONE, _)


def _confirm(text: str, texts: TextPreference, _: Translator) -> ScreenResult:
    return ask_consent(
        text, (_("Yes"), link_to(preference_saved, texts=int(texts))), (_("No"), link_to(text_preferences))
    )


@screen()
def preference_saved(caller: Caller, _: Translator, texts: int) -> ScreenResult:
    return show_menu(
        _("Done."), (_("Home"), Link("home.home")), intents=[intents.SetTextPreference(TextPreference(texts))]
    )
