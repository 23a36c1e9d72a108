"""The concepts that words stand for. They are the same in all languages, and fixed: an organisation adds words only.

The sets below guard the acts that cannot be taken back, so no file may change them.
"""

from typing import Final

from gateway.understanding.fold import PLACE

PLACE_CONCEPT: Final = "place"
QUESTION_MARK: Final = "question_mark"
FIXED_WORDS: Final = {PLACE_CONCEPT: (PLACE,), QUESTION_MARK: ("?",)}
"""signs that stand for the same in every language"""

CONCEPTS: Final = (
    "not", "want", "do_not_want", "cannot", "can", "please", "what", "where", "how", "when", "who", "why",
    "question", "there_is", "now", "past", "again", "many", "stop", "finished", "leave", "let_go", "remove",
    "erase", "cancel", "send", "texts", "list", "unsubscribe", "disturb", "number", "data", "mistake", "join",
    "keep", "help", "sos", "come_fast", "somebody", "nobody", "do_not_come", "locked_in", "beaten", "kill", "dying",
    "life", "weapon", "rape", "threat", "followed", "held", "arrested", "scared", "danger", "hiding", "bleeding",
    "door", "forced_into_car", "police", "raid", "checks", "roadblock", "pretends", "client", "money", "filmed",
    "landlord", "crowd", "hotel", "colleagues", "bad_client", "vehicle", "condom", "broke", "stealth",
    "unprotected", "pep", "emergency_pill", "medicine", "test", "hiv", "prep", "symptoms", "pregnant", "lube",
    "for_free", "drugs", "talk", "sad", "clinic", "rights", "search_of_me", "home", "safe", "arrive", "happening",
    "go_to", "language", "understand", "menu", "meaning", "who_are_you", "false_alarm", "timer", "yes", "no",
    "thanks", "hello", "call_me", "small_talk", "weather", "bus_stop", "later", "work", "food", "boyfriend",
    "husband", "smoking", "me", "another_person", "they", "you", "child", "surrounded", "drugged", "stripped",
    "receive", "filler", "self_test",
)  # fmt: skip
"""the names of the lists in `[concepts]` of each language's `phrases.toml`"""

UNTRAINED: Final = frozenset({"self_test"})
"""concepts that the model does not see: they only say which need of CLINIC is meant"""
FILLER: Final = "filler"
"""words that carry no meaning here, as `the`: they are known, and nothing looks at them"""
DANGER: Final = frozenset({
    "locked_in", "beaten", "kill", "dying", "weapon", "threat", "followed", "held", "bleeding", "forced_into_car",
    "surrounded", "drugged", "stripped", "sos", "danger", "scared", "rape", "hiding",
})  # fmt: skip
"""somebody may need help now"""
PRESENT_DANGER: Final = frozenset({
    "locked_in", "held", "forced_into_car", "surrounded", "followed", "dying", "weapon", "bleeding",
})  # fmt: skip
"""danger that goes on: a need for a clinic does not explain it"""
CRY_SIGNS: Final = DANGER | frozenset({"help", "arrested", "somebody", "come_fast", "life", "nobody"})
"""one of these must be there, or a way out that is closed, before a text in free words calls for help"""
BARE_CALL: Final = frozenset({"come_fast", "receive", "me", "you", "please", "home", "now", PLACE_CONCEPT})
"""`come to me` and no more: said to us, or to somebody else"""
WAY_OUT: Final = frozenset({"leave", "let_go", "door"})
CLOSED: Final = frozenset({"cannot", "not", "do_not_want"})
STOP_WORDS: Final = frozenset({
    "stop", "unsubscribe", "remove", "leave", "cancel", "disturb", "do_not_want", "no", "not", "finished", "again",
    "erase",
})  # fmt: skip
"""words that may tell of a wish to get no more texts, and mostly tell of something else"""
SURE_STOP_WORDS: Final = frozenset({"stop", "unsubscribe", "remove", "disturb"})
"""of these, words beside which no unknown word is taken for a place"""
STOPPED: Final = frozenset({
    "texts", "send", "list", "disturb", "number", "unsubscribe", "call_me", "husband",
})  # fmt: skip
"""what a person who wishes no more texts wants to have stopped"""
SENT: Final = frozenset({"texts", "send", "list", "disturb"})
"""of these, what a mere `no` or `not` stops too"""
NEVER_STOP: Final = DANGER | frozenset({
    "life", "arrested", "police", "raid", "checks", "come_fast", "somebody", PLACE_CONCEPT, "bus_stop", "keep",
    "child", "mistake", "why", "language", "meaning", "timer", "false_alarm", "do_not_come", "condom", "pep",
    "medicine", "prep", "pregnant", "drugs", "symptoms", "sad", "let_go", "door", "colleagues", "landlord",
    "weather", "work", "food", "boyfriend", "smoking", "later", "rights", "small_talk", "talk", "arrive", "help",
    "emergency_pill", "vehicle", "who_are_you", "cannot", QUESTION_MARK,
})  # fmt: skip
"""words with which a text is never taken for a wish to get no more texts, unless the words say it in so many words"""
WEAK_DOUBTS: Final = frozenset({
    "somebody", "colleagues", "mistake", "small_talk", "vehicle", "work", "food", "later", "door", "arrive",
    "boyfriend", "smoking", "weather", "child", QUESTION_MARK, "cannot", "how", "why",
})  # fmt: skip
"""of these, words that raise less doubt where the text also says what is to stop"""
UNDOABLE: Final = frozenset({"stop", "unsubscribe", "remove", "cancel", "erase", "leave"})
"""what a negation before it turns into a wish to stay"""
ENDINGS: Final = frozenset({"cancel", "finished", "leave", "false_alarm", "do_not_come"})
"""words that may mean what runs: a call for help, or a safe call"""
OVER: Final = frozenset({"stop", "cancel", "false_alarm", "do_not_come", "mistake"})
"""words beside `sos` that may say that no help is needed any more: then it is asked"""
NEGATIONS: Final = frozenset({"not", "do_not_want", "no"})
HEALTH: Final = frozenset({
    "condom", "pep", "emergency_pill", "medicine", "test", "prep", "symptoms", "pregnant", "drugs", "hiv", "meaning",
    "clinic",
})  # fmt: skip
TOLD_AT_A_PLACE: Final = frozenset({"police", "raid", "checks", "roadblock", "arrested", "pretends", "crowd", "filmed"})
"""what a report tells of, and what a question about a place asks for"""
TELLS_NOTHING: Final = frozenset({
    PLACE_CONCEPT, QUESTION_MARK, "there_is", "now", "again", "where", "me", "they", "you", "hello", "please", "many",
    "past", "another_person", "question",
})  # fmt: skip
"""a text of these alone names a place, and reports nothing"""
ASKING: Final = frozenset({QUESTION_MARK, "what", "how", "when", "happening", "go_to"})
JOINED: Final = frozenset({PLACE_CONCEPT, "texts", "list", "join", "unsubscribe"})
"""one of these must be named before a person joins: `do not leave me` is no wish to get texts"""
AFTER_SEX: Final = frozenset({"broke", "unprotected"})
ELSEWHERE: Final = frozenset({
    "police", "raid", "arrested", "checks", PLACE_CONCEPT, "bus_stop", "another_person", "client",
})  # fmt: skip
"""what a sentence beside a phrase may not speak of, if the phrase is to be taken for the whole text"""
UNADDRESSED: Final = frozenset({"let_go", "leave", "me", "you"})
"""a phrase of these alone (`let me out`) may be said to us, or to somebody who holds the writer"""
KEPT: Final = frozenset({"send", "number", "remove", "receive"})
"""one of these beside `keep` says it too: `keep sending`"""
COURTESY: Final = frozenset({"please", "hello", "thanks", "filler", "you"})
PADDING: Final = frozenset({"please", "now", "hello", "thanks"})
"""words beside a listed phrase that change nothing"""
EMPTY: Final = frozenset(
    {"please", "thanks", "hello", "you", "me", "now", "again", "want", "yes", "can", "many", "call_me"}
)
"""words that leave a short wish to stop as clear as it is"""
