"""What a warning costs, for the person who composes it: audience, price, networks that deliver late, costly letters."""

from gateway.model.alert import Alert
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.estimate import ComposeText, estimate_audience_and_cost
from gateway.text.gsm import suggest_replacements
from gateway.text.wording import alert_text, format_next_hour
from menus.areas import area_name
from menus.engine.screen import Translator
from menus.permissions import audience_size


def cost_note(caller: Caller, draft: Alert, _: Translator, format_alert: ComposeText = alert_text) -> str:
    """Return the networks that deliver late, the size of the audience, and the highest possible cost."""
    found = estimate_audience_and_cost(
        draft, area_name(caller, draft.area), audience_size(caller, draft.area), caller.world, format_alert
    )
    about = _.ngettext("About {n} person", "About {n} people", found.people).format(n=found.people)
    people = about if found.people else _("Few people")
    # Translators: {people}, each of whom gets at most so many text messages, which cost {cost} together at most.
    cost = _("{people} x {n} SMS, max {cost}.")
    cost = cost.format(
        people=people, n=found.max_segments, cost=caller.world.profile.tariff.format_amount(found.max_cost_mills)
    )
    return "\n".join(line for line in (delayed_networks_note(caller, _), cost, costly_letters_note(draft, _)) if line)


def delayed_networks_note(caller: Caller, _: Translator) -> str:
    """Return a note on networks that deliver later, because our sender id may send there only at certain hours."""
    # Translators: {network} is a mobile operator, which delivers our texts from that hour on.
    said = _("{network}: texts wait until {hour}.")
    closed = caller.world.profile.tariff.closed_carriers(caller.local_time)
    now = caller.local_time
    waits = [said.format(network=c.name, hour=format_next_hour(c.next_delivery(now), now, _)) for c in closed]
    return joins.sentences(_, *waits)


def costly_letters_note(draft: Alert, _: Translator) -> str:
    """Return the letters of venue and words that make the text cost more, with replacements."""
    letters = [
        f"{char} = {instead}" if instead else char
        for char, instead in suggest_replacements(f"{draft.venue} {draft.text}")
    ]
    # Translators: letters that make a text cost more, some with others to write instead.
    return _("These letters cost more: {letters}").format(letters=joins.listed(_, letters)) if letters else ""
