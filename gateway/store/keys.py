"""Every kind of record: its key, and on this one page how long it lives (durations in seconds).

| key | holds | lives |
|---|---|---|
| sub:{bucket} | token -> packed subscription | until STOP, DELETE, or the number dies |
| dead:{token} | days on which the network called this number dead | forget.strike_days; until a text arrives |
| arrived | the last week in which any text is known to have arrived | for good |
| walk | how far the daily look for silent numbers has come | for good |
| area:{id}:{byte} | members' tokens | as the subscription |
| members | area -> how many | as the areas |
| ses:{tag} | a USSD session, sealed | times.session |
| open:{tag}, yes:{tag} | this phone may be answered; it agreed to texts about a visit | times.reply; times.referral |
| pause:{tag} | a report was made | times.report_pause |
| loop:{tag} | answers to texts, words to us, calls for help: how many | LOOP_WINDOW |
| daily:{tag} | texts that nobody waited for, which this phone got today | DAILY |
| care:{tag} | what somebody left for her safety: codes, contacts, choices; sealed | times.care |
| trust:{tag} | whose trusted person this phone's owner agreed to be (care tags); sealed | times.care |
| gone:{tag} | what trust:{tag} was, of a phone that said STOP, until those who asked are seen to | minutes |
| invited:{tag} | this phone was asked to be somebody's contact: how often | INVITED |
| out:{byte} | care tag -> a note and an hour to be back, sealed | until she is back; a day after it was told |
| sos:{tag} | a call for help, sealed | until it is over; times.sos |
| often:{tag}, rank:{tag} | calls for help of this phone lately; those that were not real | LOOP_WINDOW; RANK |
| calls | code of a call for help -> care tag | as the call |
| seen:{id} | an inbound text already taken in | SEEN |
| alerts, reports, words | cases, who reported, words to us; sealed | times.keep_alert; without words keep_history |
| bc:{alert}.{edition} ... | a broadcast: counts, what is left to do, recipients | times.keep_alert after its end |
| ref:{code}, mine:{tag}, visitors:{clinic} | a referral, sealed; a caller's codes, a clinic's | times.referral |
| msg:{id} | a text on its way, sealed | until sent, or its own hour |
| due:{lane}; takes:, begun:, tries:{lane} | what is to be done and when; taken up, begun, put off | until done |
| staff, areas, clinics | staff with their phones, places, clinics, all sealed | until removed |
| features | what is turned on, by whom, and when; sealed | until turned off |
| clients, enrolled | what members told, by keyed hash; members by token; both sealed | 12 months; until they leave |
| look:{tag} | how often a member looked somebody up | LOOKS |
| one:{mark} | a single text was sent under this mark | SINGLE |
| rated | clinic and answer -> how many; no caller | for good |
| alarms, broadcasts | wrong (`full`: nobody is added); editions under way, sealed | until mended; times.keep_alert |
| asked:{staff}:{area} | a verifier was texted | times.ask_pause |
| bell:{lane}, clock:seen, demo:seeded | was rung; runs; was filled | seconds; a minute; for good |
| rest:{lane}, trouble | the lane rests: it gives way, or nothing is taken; how often in a row | its pause; an hour |
| handed | one of several networks fails | ten minutes after it last did |
| pace:{line}:all, pace:{line}:others | until when the network is busy with what left | that long, and a second |
| spent:{day} | what the day's texts cost; no number, no area | SPENT |
| uncopied | changes that no replica confirmed in time: how many | for good |
| ver:{shelf} | another name after each change, so that processes read again | for good |
| left | tombstones: keyed digests of who left, and when; for `restore` | LEFT |
| door, schema | which key is in use, or why the door is shut; the layout's number | for good |
| moved | names that wait for the end of a change of keys | until then |
| backup | when the last backup was made | for good |
| clock:watched | somebody asked /ready or /metrics | an hour |
| clock:rewound | what was due when Redis' clock went back is due again | a minute |
| tally | lane and result -> how many texts; nobody in it | for good |
| clock:balance, clock:asked | of the account at the network; was asked for | a day; times.balance |
"""

LOOP_WINDOW_S = 1800
MAX_UNCLEAR_REPLIES = 4
"""so many answers to texts that are not understood"""
MAX_LOOP_SCORE = 20
"""and so many answers of any kind, in that time (seconds)"""
LOOP_GOODBYE_SCORE = 1000
"""counted beside the answers: a STOP that had nothing to stop is answered once in that time"""
FEEDBACK_SCORE, MAX_FEEDBACK_SCORE = 5, 15
"""and so much of that is for words to us, three at most: an answer to a text is left"""
MAX_RECENT_SOS = 3
"""calls for help in that time; the next one is texted once it has stood for a while"""
FALSE_ALARMS_TTL_S = 90 * 86400
FORCED_DELETION_DELAY_S = 3600
"""seconds from DELETE to the end of safety records that contacts are being notified from, or that still run"""
ABSENT_KEY = "nothing"
"""never there: deleted first, so that a Redis whose memory is full lets the rest of a commit through"""
PREFIXES_PER_LISTING = 512
"""prefixes that come onto a broadcast's list in one script"""
SEEN_TTL_S = 86400
SINGLE_TEXT_TTL_S = 86400
BUCKETS = 1 << 14
LOOKUP_USAGE_TTL_S = 90 * 86400
"""after the last look-up; longer than the longest wait"""
INACTIVITY_CURSOR, LAST_ARRIVAL_WEEK = "walk", "arrived"
DAILY_TEXTS_TTL_S = 86400
TOMBSTONE_TTL_S = 8 * 86400
"""longer than a backup may be restored"""
REWRITE_WITHIN_S = 72000
"""what is deleted stays in Redis' append-only file until it is rewritten: within 20 hours of the first deletion"""
MESSAGE_GRACE_S = 3600
DAILY_SPEND_TTL_S = 172800
SOS_TAGS_BY_CODE = "calls"
MAX_LISTED_SOS = 1000
"""so many calls for help are read for one turn of staff"""
INVITATIONS_TTL_S, MAX_INVITATIONS = 7 * 86400, 2
"""nobody is asked more often than that, whoever asks"""


def subscription_bucket(token: bytes) -> bytes:
    """The hash of this subscriber: by the token's first 14 bits (as in the Lua scripts)."""
    return b"sub:%d" % (token[0] * 64 + token[1] // 4)


def area_subscribers(area: str, token: bytes) -> bytes:
    return b"area:%b:%d" % (area.encode(), token[0])


def token_prefix(token: bytes, bits: int) -> int:
    """The token's first `bits` bits (0 to 16)."""
    return (token[0] << 8 | token[1]) >> (16 - bits)


def dead_days(token: bytes) -> bytes:
    return b"dead:" + token


def recipients(broadcast: str, number: int) -> str:
    return f"bc:{broadcast}:{number}"


def session(token: bytes) -> bytes:
    return b"ses:" + token


def reply_window(token: bytes) -> bytes:
    return b"open:" + token


def referral_consent(tag: bytes) -> bytes:
    return b"yes:" + tag


def single_text(message_hash: bytes) -> bytes:
    return b"one:" + message_hash


def report_pause(token: bytes) -> bytes:
    return b"pause:" + token


def loop_score(token: bytes) -> bytes:
    return b"loop:" + token


def daily_texts(tag: bytes) -> bytes:
    return b"daily:" + tag


def safety_profile(tag: bytes) -> bytes:
    return b"care:" + tag


def contact_requests(tag: bytes) -> bytes:
    return b"trust:" + tag


def lookup_usage(tag: bytes) -> bytes:
    return b"look:" + tag


def sos(tag: bytes) -> bytes:
    return b"sos:" + tag


def recent_sos(tag: bytes) -> bytes:
    return b"often:" + tag


def false_alarms(tag: bytes) -> bytes:
    return b"rank:" + tag


def safe_calls(tag: bytes) -> bytes:
    return b"out:%d" % tag[0]


def departed_contact(tag: bytes) -> bytes:
    return b"gone:" + tag


def invitations(tag: bytes) -> bytes:
    return b"invited:" + tag


def own_referrals(token: bytes) -> bytes:
    return b"mine:" + token


def clinic_referrals(clinic: str) -> str:
    """Codes a clinic was sent."""
    return f"visitors:{clinic}"


def referral(code: str) -> str:
    return f"ref:{code}"


def daily_spend(day: str) -> str:
    return f"spent:{day}"
