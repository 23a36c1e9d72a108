"""Every kind of record: its key, and on this one page how long it lives (durations in seconds).

| key | holds | lives |
|---|---|---|
| sub:{bucket} | token -> packed subscription | until STOP, DELETE, or the number dies |
| area:{id}:{byte} | members' tokens | as the subscription |
| members | area -> how many | as the areas |
| ses:{tag} | a USSD session, sealed | times.session |
| open:{tag}, yes:{tag} | this phone may be answered; it agreed to texts about a visit | times.reply; times.referral |
| pause:{tag} | a report was made | times.report_pause |
| loop:{tag} | answers to texts, and words to us: how many | LOOP_WINDOW |
| seen:{id} | an inbound text already taken in | SEEN |
| alerts, reports, words | cases, who reported, words to us; sealed | times.keep_alert; without words keep_history |
| bc:{alert}.{edition} ... | a broadcast: counts, what is left to do, recipients | times.keep_alert after its end |
| ref:{code}, mine:{tag}, visitors:{clinic} | a referral, sealed; a caller's codes, a clinic's | times.referral |
| msg:{id} | a text on its way, sealed | until sent, or its own hour |
| due:{lane}; takes:, begun:, tries:{lane} | what is to be done and when; taken up, begun, put off | until done |
| staff, areas, clinics, phones | staff, places, clinics and their phones, all sealed | until removed |
| one:{mark} | a single text was sent under this mark | SINGLE |
| rated | clinic and answer -> how many; no caller | for good |
| alarms, broadcasts | what is wrong; editions under way, sealed | until mended; times.keep_alert |
| asked:{staff}:{area} | a verifier was texted | times.ask_pause |
| bell:{lane}, clock:seen, demo:seeded | was rung; runs; was filled | seconds; a minute; for good |
| clock:watched | somebody asked /ready or /metrics | an hour |
| clock:rewound | what was due when Redis' clock went back is due again | a minute |
| tally | lane and result -> how many texts; nobody in it | for good |
| clock:balance, clock:asked | of the account at the network; was asked for | a day; times.balance |
| pace:all, pace:others | until when the network is busy with what left | that long, and a second |
| ver:{shelf} | counts changes, so that processes read again | for good |
"""

LOOP_WINDOW = 1800
LOOP_REPLIES = 4
"""so many answers to texts that are not understood"""
LOOP_LIMIT = 20
"""and so many answers of any kind, in that time (seconds)"""
LOOP_GOODBYE = 1000
"""counted beside the answers: a STOP that had nothing to stop is answered once in that time"""
SAY_WEIGHT, SAY_LIMIT = 5, 15
"""and so much of that is for words to us, three at most: an answer to a text is left"""
SEEN = 86400
SINGLE = 86400
MESSAGE_GRACE = 3600


def bucket(token: bytes) -> bytes:
    """The hash of this subscriber: by the token's first 14 bits (as in the Lua scripts)."""
    return b"sub:%d" % (token[0] * 64 + token[1] // 4)


def membership(area: str, token: bytes) -> bytes:
    return b"area:%b:%d" % (area.encode(), token[0])


def prefix(token: bytes, bits: int) -> int:
    """The token's first `bits` bits (0 to 16)."""
    return (token[0] << 8 | token[1]) >> (16 - bits)


def recipients(broadcast: str, number: int) -> str:
    return f"bc:{broadcast}:{number}"


def session(token: bytes) -> bytes:
    return b"ses:" + token


def window(token: bytes) -> bytes:
    return b"open:" + token


def agreed(tag: bytes) -> bytes:
    return b"yes:" + tag


def single(mark: bytes) -> bytes:
    return b"one:" + mark


def pause(token: bytes) -> bytes:
    return b"pause:" + token


def loop(token: bytes) -> bytes:
    return b"loop:" + token


def mine(token: bytes) -> bytes:
    return b"mine:" + token


def visitors(clinic: str) -> str:
    """Codes a clinic was sent."""
    return f"visitors:{clinic}"


def referral(code: str) -> str:
    return f"ref:{code}"
