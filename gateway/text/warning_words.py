"""What place and words of a warning may carry. Staff write them, and a bought or deceived person may be among staff.

A warning names what to avoid. A link, a phone number or a way to go would make our sender lead people somewhere.
"""

import re
from typing import Final

from gateway.text.own_words import MAX_PLACE_DIGITS, carries_contact_details, readings

_GO: Final = (
    r"\b(?:go|come|run|head|walk|move)\s*(?:over\s*)?(?:to|towards|into)\b|\bmeet\s+(?:at|in|us|me)\b|\bgather\b",
    r"\b(?:nenda|nendeni|enda|endeni|njoo|njooni|kimbilia|kimbilieni|elekea|elekeeni|kutaneni|tukutane|kusanyikeni)\b",
    r"\b(?:allez|va|vas|allons|courez|cours)\s+(?:a|au|aux|vers|chez|dans|en)\b|\b(?:venez|viens|rejoign|retrouv)"
    r"|\brendez\W*vous\b|\bdirigez\b",
    r"(?<!se )\b(?:ve|vaya|vayan|vayamos|vamos|id|ven|corre|corra|corran)\s+(?:a|al|hacia|para)\b"
    r"|\b(?:venid|vengan|acude|acuda|acudan|reunanse|dirijase|dirijanse)\b",
    r"\b(?:по|под|при|за)?(?:иди|идите|ди|дите|ходи|ходите)\b|\b(?:по)?(?:беги|бегите|езжаи|езжаите|едем|идем)\b"
    r"|\b(?:едь|едьте)\b|\b(?:направля|собира|встреча)(?:итесь|емся|ися)\b|\bвстретимся\b",
    r"去(?!年)|前往|集合|碰头|[快过请]来|来[这我]|赶[到往]|[跑走][到去]",
)
"""English, Kiswahili, French, Spanish, Russian and Chinese, in small letters without accents: й is и"""
_LEADS: Final = re.compile("|".join(_GO))


def is_fit_for_warning(words: str) -> bool:
    """Whether words may go out in a warning: no phone number, no link, and nowhere to go to."""
    return not carries_contact_details(words, MAX_PLACE_DIGITS) and not any(map(_LEADS.search, readings(words)))
