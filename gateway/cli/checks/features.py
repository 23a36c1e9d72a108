"""What is turned on: was its page of risks read lately, was a lawyer asked, is there somebody behind it?"""

from gateway.cli.checks.finding import Findings, fine, must, should
from gateway.deployment import Deployment
from gateway.model.feature import Feature

AGAIN = 90 * 86400
"""seconds after which its page is to be read again"""


def look(deployment: Deployment) -> Findings:
    world, now = deployment.store.world(), deployment.store.now()
    turned = deployment.store.shelves.features.items
    for feature in sorted(world.features):
        found = turned[feature.encode()]
        if now - found.at > AGAIN:
            yield should(f"{feature}: its risks were read long ago: `mwavuli feature on {feature} --by ...` shows them")
        else:
            yield fine(f"{feature} is on, and its page of risks was read")
        if not found.lawyer:
            yield should(f"{feature}: no lawyer's opinion: `mwavuli feature lawyer {feature} --name ...`")
    if Feature.SOS in world.features and len(world.roster.responders()) < 2:
        yield must("sos is on and there are fewer than two responders: `mwavuli staff add ... --role responder`")
