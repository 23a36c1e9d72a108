"""Questions to us and from verifiers: the function that applies each intent. No number is in them."""

from msgspec.structs import replace

from gateway.actions.alerts import add_report_details
from gateway.actions.apply import ActionContext, handles
from gateway.model import intents
from gateway.model.codes import draw_code
from gateway.model.conversation import (
    LIFETIME_S,
    MAX_CONVERSATIONS,
    MAX_REPORTERS_ASKED,
    Conversation,
    ConversationTask,
    Line,
)
from gateway.model.message import Lane
from gateway.store import keys


@handles(intents.AskUs)
def ask_us(ctx: ActionContext, intent: intents.AskUs) -> None:
    """Open a conversation, or add words to the open one, and ask somebody to answer."""
    if not ctx.world.roster.advisers():
        return
    turn, score = ctx.turn, keys.question_score(ctx.turn.tags.loop)
    ctx.transaction.write("INCRBY", score, keys.QUESTION_SCORE)
    ctx.transaction.write("EXPIRE", score, keys.RECENT_WINDOW_S)
    until, said = turn.now + LIFETIME_S, Line(intent.words)
    own = next((c for c in ctx.world.conversations_of(turn.report_token) if not c.report), None)
    if own:
        asked = own.asked_staff if own.needs_answer else ()
        own = own.with_line(said, until=until, asked_staff=asked, lang=ctx.lang, may_text=intent.may_text)
    elif len(ctx.world.conversations) < MAX_CONVERSATIONS:
        own = Conversation(
            _new_code(ctx, set()), turn.report_token, ctx.lang, turn.now, until, (said,), intent.topic,
            may_text=intent.may_text,
        )  # fmt: skip
    else:
        return
    if intent.may_text:
        turn.record_referral_consent(LIFETIME_S)
    _put(ctx, own)
    item = ConversationTask.REQUEST_ANSWER.item(own.code)
    ctx.transaction.schedule_if_absent(Lane.MESSAGES, item, turn.now)  # while it waits, the next person has two hours
    ctx.transaction.lanes_to_notify.add(Lane.MESSAGES)


def _new_code(ctx: ActionContext, taken: set[str]) -> str:
    """Return random digits that no conversation has, and note them in `taken`. Raises NoFreeCode."""
    used = ctx.world.conversations
    code = draw_code(len(used), lambda code: code in taken or code.encode() in used)
    taken.add(code)
    return code


def _put(ctx: ActionContext, conversation: Conversation) -> None:
    ctx.world_cache.conversations.put(ctx.transaction, conversation.code.encode(), conversation)
    item = ConversationTask.DELETE_CONVERSATION.item(conversation.code)
    ctx.transaction.schedule_later(Lane.BULK, item, conversation.until)


def delete_conversations(ctx: ActionContext) -> None:
    """Delete every conversation of this phone."""
    for conversation in ctx.world.conversations_of(ctx.turn.report_token):
        _delete(ctx, conversation)


def _delete(ctx: ActionContext, conversation: Conversation) -> None:
    ctx.world_cache.conversations.delete(ctx.transaction, conversation.code.encode())
    ctx.transaction.unschedule(Lane.BULK, ConversationTask.DELETE_CONVERSATION.item(conversation.code))
    ctx.transaction.schedule_rewrite(ctx.turn.now)


def _own(ctx: ActionContext, code: str) -> Conversation | None:
    found = ctx.world.conversation(code)
    return found if found and found.owner == ctx.turn.report_token else None


@handles(intents.MarkAnswerRead)
def mark_answer_read(ctx: ActionContext, intent: intents.MarkAnswerRead) -> None:
    if (own := _own(ctx, intent.code)) and own.is_unread and not own.report:
        _put(ctx, replace(own, is_unread=False))


@handles(intents.AnswerQuestion)
def answer_question(ctx: ActionContext, intent: intents.AnswerQuestion) -> None:
    """Add the answer. The caller is texted once until it is read."""
    found = ctx.world.conversation(intent.code)
    if found is None or found.report:
        return
    answered_at = found.answered_at or ctx.turn.now
    _put(ctx, found.with_line(Line(intent.words, is_ours=True), is_unread=True, answered_at=answered_at))
    if not found.is_unread:
        _notify_owner(ctx, found.code)


def _notify_owner(ctx: ActionContext, code: str) -> None:
    ctx.transaction.schedule(Lane.MESSAGES, ConversationTask.NOTIFY_OWNER.item(code), ctx.turn.now)


@handles(intents.AskReporters)
def ask_reporters(ctx: ActionContext, intent: intents.AskReporters) -> None:
    """Ask each reporter who may be answered. A report gets one question."""
    report = ctx.world.report(intent.number)
    if report is None or report.question:
        return
    field, now = str(report.number).encode(), ctx.turn.now
    asker = ctx.turn.staff.id if ctx.turn.staff else ""
    ctx.world_cache.reports.put(ctx.transaction, field, replace(report, question=intent.words, asked_by=asker))
    taken: set[str] = set()
    room = min(MAX_REPORTERS_ASKED, MAX_CONVERSATIONS - len(ctx.world.conversations))
    for token, lang in [reporter for reporter in report.reporters if reporter[1]][: max(0, room)]:
        asked = Conversation(
            _new_code(ctx, taken), token, lang, now, now + LIFETIME_S, (Line(intent.words, is_ours=True),),
            report=report.number, may_text=True, is_unread=True,
        )  # fmt: skip
        _put(ctx, asked)
        _notify_owner(ctx, asked.code)


@handles(intents.AnswerVerifier)
def answer_verifier(ctx: ActionContext, intent: intents.AnswerVerifier) -> None:
    """Add the answer to the report, whose verifiers are texted, and delete the question."""
    own = _own(ctx, intent.code)
    if own is None or not own.report:
        return
    _delete(ctx, own)
    if intent.words:
        add_report_details(ctx, intents.AddToReport(own.report, intent.words))
