"""The features that are on: page of risks read lately, a lawyer's opinion, and enough people to run them."""

from gateway.cli.checks.finding import Findings, must, ok, should
from gateway.deployment import Deployment
from gateway.model.client_report import CLIENTS_FEATURE
from gateway.model.sos import SOS_FEATURE

REREAD_AFTER_S = 90 * 86400
"""seconds after which somebody must read the page of risks again"""


def check(deployment: Deployment) -> Findings:
    world, now = deployment.store.read_world(), deployment.store.now()
    turned = deployment.store.world_cache.features.items
    for feature in sorted(world.features):
        found = turned[feature.encode()]
        if now - found.enabled_at > REREAD_AFTER_S:
            yield should(
                f"{feature}: its page of risks was read long ago: `mwavuli feature on {feature} --by ...` shows it"
            )
        else:
            yield ok(f"{feature} is on, and its page of risks was read")
        if not found.lawyer:
            yield should(f"{feature}: no lawyer's opinion: `mwavuli feature lawyer {feature} --name ...`")
    moderators = [person for person in world.roster.people if person.may_verify]
    if CLIENTS_FEATURE in world.features and len(moderators) < 2:
        yield should(
            "clients is on and fewer than two people moderate the reports: `mwavuli staff add ... --role verifier`"
        )
    if SOS_FEATURE in world.features and len(world.roster.responders()) < 2:
        yield must("sos is on and there are fewer than two responders: `mwavuli staff add ... --role responder`")
