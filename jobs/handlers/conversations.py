"""Questions to us: which adviser is asked for an answer, one after another, and how the caller hears that one waits."""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.alert import AskOccasion
from gateway.model.conversation import NEXT_PERSON_S, Conversation, ConversationTask
from gateway.model.message import Lane, LegalBasis
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text.notices import answer_waiting_text, one_question_text
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers.staff_notices import on_duty


@handles(ConversationTask.REQUEST_ANSWER)
@transactional
def request_answer(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Ask the next adviser, at last all admins. Return the seconds until the next person, 0 where nobody is left."""
    conversation = world.conversation(item.payload.decode())
    if conversation is None or not conversation.needs_answer:
        return 0
    fresh = tuple(p for p in world.roster.advisers() if _may_ask(context, conversation, p))
    if fresh and not conversation.asked_staff and (wait := _seconds_to_duty(world, fresh, now)):
        return wait
    admins = tuple(p for p in world.roster.admins() if _may_ask(context, conversation, p))
    people = on_duty(world, fresh, now)[:1] or fresh[:1] or admins
    for person in people:
        if context.store.limits.reserve_verifier_pause(transaction, person.id, AskOccasion.QUESTION):
            context.text_staff(transaction, person, _request_text(context, world, person, conversation.code), now)
    asked = (*conversation.asked_staff, *(p.id for p in people))
    context.store.world_cache.conversations.put(transaction, item.payload, replace(conversation, asked_staff=asked))
    return NEXT_PERSON_S if fresh else 0


def _may_ask(context: JobContext, conversation: Conversation, person: Staff) -> bool:
    """Whether this person was not asked yet and is not the caller."""
    token = context.store.vault.token(context.staff_number(person), Purpose.REPORT)
    return person.id not in conversation.asked_staff and token != conversation.owner


def _seconds_to_duty(world: World, people: tuple[Staff, ...], now: int) -> int:
    """Return how long to wait for the first of them to come on duty; 0 where one is, or none has hours."""
    here = world.local_time(now)
    if on_duty(world, people, now) or (later := world.roster.next_on_duty(people, here)) is None:
        return 0
    return max(1, int((later - here).total_seconds()))


def _request_text(context: JobContext, world: World, person: Staff, code: str) -> str:
    _ = context.translator(person.lang)
    return _("{code}: a question waits for you. Dial {dial}").format(code=code, dial=world.profile.service_code)


@handles(ConversationTask.NOTIFY_OWNER)
@transactional
def notify_owner(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the caller, if the caller agreed, that an answer or a question waits. It is read by dialling."""
    conversation = world.conversation(item.payload.decode())
    if conversation is None or not (conversation.may_text and conversation.is_unread):
        return
    _, dial = context.translator(conversation.lang), world.profile.service_code
    text = one_question_text(dial, _) if conversation.report else answer_waiting_text(dial, _)
    to = context.store.number(conversation.owner, Purpose.REPORT)
    context.queue_text(transaction, to, _.normalise(text), Lane.MESSAGES, LegalBasis.ANSWER, now)


@handles(ConversationTask.DELETE_CONVERSATION)
@transactional
def delete_conversation(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Delete a conversation after its time. Return the seconds until then, where the caller wrote more since."""
    conversation = world.conversation(item.payload.decode())
    if conversation and conversation.until > now:
        return conversation.until - now
    context.store.world_cache.conversations.delete(transaction, item.payload)
    transaction.schedule_rewrite(now)
    return 0
