"""Which texts come: all, warnings alone, none at night, or none at all. What that costs is said before."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.subscription import Texts
from menus.screen import Link, Shown, Translator, menu, screen, to


def which(texts: Texts, caller: Caller, _: Translator) -> str:
    """A choice as its owner reads it."""
    return {
        Texts.ALL: _("All"),
        Texts.ALERTS: _("Alerts only"),
        Texts.BY_DAY: _("None {hours}").format(hours=caller.world.house.own_quiet),
        Texts.NONE: _("None, I dial"),
    }[texts]


@screen(owner=True)
def limits(caller: Caller, _: Translator) -> Shown:
    if not caller.subscription:
        return menu(_("You get no alerts yet."), (_("Alerts near me"), Link("alerts.alerts")))
    offered = [(Texts.ALL, to(limited, texts=0)), (Texts.ALERTS, to(limited, texts=1)), (Texts.NONE, to(no_texts))]
    if caller.world.house.own_quiet:
        offered.insert(2, (Texts.BY_DAY, to(by_day)))
    return menu(
        _("Texts: {which}.").format(which=which(caller.subscription.texts, caller, _)),
        *((which(texts, caller, _), link) for texts, link in offered),
    )


@screen(owner=True)
def by_day(caller: Caller, _: Translator) -> Shown:
    text = _("{hours}: no alert reaches you either, dial to see them. Choose this?")
    return _sure(text.format(hours=caller.world.house.own_quiet), Texts.BY_DAY, _)


@screen(owner=True)
def no_texts(caller: Caller, _: Translator) -> Shown:
    text = _("No alert reaches you, dial to see them. If you do not dial for a long time, we forget you. Choose this?")
    return _sure(text, Texts.NONE, _)


def _sure(text: str, texts: Texts, _: Translator) -> Shown:
    return menu(text, (_("Yes"), to(limited, texts=int(texts))), (_("No"), to(limits)))


@screen(owner=True)
def limited(caller: Caller, _: Translator, texts: int) -> Shown:
    return menu(_("Done."), (_("Home"), Link("home.home")), do=[intents.Limit(Texts(texts))])
