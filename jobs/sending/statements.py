"""What a network says of single numbers: opted out, or dead. Of many numbers at once it is a fault of the account.

Then nobody is muted or counted as dead for it. Those who "opted out" are tried again: by another network where there is
one, otherwise after the lanes have rested.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from gateway.model.broadcast import BroadcastKind, RecipientState
from gateway.model.refusals import MIN_PHONES, RefusalCounts, is_account_fault
from gateway.numbers import Number
from gateway.providers import SendOutcome, SendStatus
from gateway.providers.request_errors import REFUSED_TEXT_STATUSES
from gateway.store import Transition
from gateway.store.keys import token_prefix
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

Outcomes = Mapping[Number, SendOutcome]
NO_ANSWER = (SendStatus.RETRY, SendStatus.UNKNOWN)


def weigh(context: JobContext, networks: Mapping[str, Sequence[Number]], outcomes: Outcomes) -> tuple[Outcomes, bool]:
    """Return the outcomes after each network was asked "of how many else?", and whether the lanes are to rest."""
    weighed, must_rest = dict(outcomes), False
    for network, numbers in networks.items():
        answers = {n: outcomes[n] for n in numbers if n in outcomes and outcomes[n].status not in NO_ANSWER}
        opted_out, dead = (_having(answers, status) for status in (SendStatus.OPTED_OUT, SendStatus.DEAD_NUMBER))
        if is_account_fault(sum(map(_is_about_person, answers.values())), len(answers)):
            raise_alarm(context)
        counts = context.store.refusals.note(network, list(answers), opted_out, dead)
        if counts is None:
            continue
        if opted_out and (counts.opt_outs_are_fault or is_account_fault(len(opted_out), len(answers))):
            weighed |= {n: _to_be_tried_again(answers[n], counts) for n in opted_out}
            must_rest |= _blame_account(context, network, answers, counts)
        if dead and (counts.dead_are_fault or is_account_fault(len(dead), len(answers))):
            weighed |= {n: replace(answers[n], status=SendStatus.REFUSED) for n in dead}
            raise_alarm(context)
    return weighed, must_rest


def raise_alarm(context: JobContext) -> None:
    """Raise the alarm, which stands for a while: the next call may look better."""
    alarms.follow_level(context, AlarmCause.MANY_REFUSED, 1)


def _is_about_person(outcome: SendOutcome) -> bool:
    """Whether a network refused this number for good, as where it has no route or does not disturb; not this text."""
    return outcome.status is SendStatus.REFUSED and outcome.code not in REFUSED_TEXT_STATUSES


def _having(answers: Outcomes, status: SendStatus) -> list[Number]:
    return [number for number, outcome in answers.items() if outcome.status is status]


def _to_be_tried_again(outcome: SendOutcome, counts: RefusalCounts) -> SendOutcome:
    """Return the outcome of a text that is tried until its deadline where most are refused, else a few times."""
    return SendOutcome(SendStatus.RETRY, 0 if counts.most_opted_out else outcome.code)


def _blame_account(context: JobContext, network: str, answers: Outcomes, counts: RefusalCounts) -> bool:
    """Raise the alarm, undo the mutes of the hour, and give the texts to another network. Return whether none is left.

    While a network takes other texts the lanes go on.
    """
    raise_alarm(context)
    _reopen_muted(context)
    if context.provider.distrust(network):
        return False
    is_taking = any(outcome.status is SendStatus.ACCEPTED for outcome in answers.values())
    return not is_taking and (len(answers) >= MIN_PHONES or counts.most_opted_out)


def _reopen_muted(context: JobContext) -> None:
    """Unmute those who were muted within the hour, and send them the warnings that are live."""
    store = context.store
    tokens = store.refusals.lift_recent_mutes()
    world, now = store.world_cache.world, int(store.now())
    for broadcast in tuple(store.world_cache.broadcasts.items.values()) if tokens else ():
        alert = world.alert(broadcast.number)
        if broadcast.kind is BroadcastKind.NEW and alert and alert.is_live(now):
            steps = [Transition(t, RecipientState.PENDING, RecipientState.REFUSED.value) for t in tokens]
            if changed := store.recipients.apply_transitions(broadcast, steps):
                prefixes = {token_prefix(token, broadcast.shard_bits) for token in changed}
                store.recipients.reopen_prefixes(broadcast, prefixes, now)
