"""What a caller reads after a network said that the owner of the phone had opted out: the caller alone knows better."""

from gateway.model import intents
from gateway.model.caller import Caller
from menus.engine.screen import Link, ScreenResult, Translator, ask_consent, link_to, screen, show_menu
from menus.waiting import Waiting, waits

HOME = Link("home.home")


@waits
def stopped_texts(caller: Caller, _: Translator) -> list[Waiting]:
    # Translators: a line of a menu, neutral: a question about texts of ours waits behind it.
    return [(_("Our texts"), link_to(start_again))] if caller.is_muted else []


@screen()
def start_again(caller: Caller, _: Translator) -> ScreenResult:
    if not caller.is_muted:
        return show_menu(_("Nothing new."), (_("Home"), HOME))
    said = _("Your network stopped our texts. Start again?")
    return ask_consent(said, (_("Yes"), link_to(started)), (_("No"), HOME))


@screen()
def started(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("Done."), (_("Home"), HOME), location=HOME, intents=[intents.StartTexts()])
