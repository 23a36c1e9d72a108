"""The words that a person reads before joining belong to a version, which is raised with their meaning."""

from msgspec.structs import replace

from gateway.model.area import Area, Atlas
from gateway.model.subscription import CONSENT_VERSION
from menus.alerts import confirm_join
from tests.harness.catalogs import shipped
from tests.unit.test_printed_keys import account

WORDS = {
    1: (
        "Alerts for {area} come as texts. Your network and we see them. Others can make the network tell. "
        "Alerts can be late or fail: there can still be danger. To end them, send {stop}."
    ),
    2: "Texts come for {area}. Your network and we see them. Others can make the network tell.",
}
"""what each version said"""


def test_the_version_is_that_of_the_words_on_the_screen() -> None:
    caller, _ = account("en", ("en",)), shipped()["en"].translator
    area = Area("a1", ("Pwani", "Kasri"))
    caller = replace(caller, world=replace(caller.world, atlas=Atlas((area,))))
    shown = confirm_join(caller, _, area.id).text
    assert shown == WORDS[CONSENT_VERSION].format(area=area.name)
    assert max(WORDS) == CONSENT_VERSION
