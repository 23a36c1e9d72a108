"""What a caller's own words may carry when they leave in a text to another person.

Before that person agreed, only the first letter of a name leaves (`shown_name`), inside our own sentences. After it own
words may leave, but nothing by which the person could be made to call, pay or open something
(`carries_contact_details`). Otherwise a stranger could use our sender to threaten or to deceive.
"""

import re
import unicodedata

MAX_NAME_CHARS, MAX_CJK_NAME_CHARS = 12, 3
MAX_PLACE_DIGITS = 4
"""digits of a house or a room; a phone number has more"""
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "ARABIC", "ETHIOPIC", "CJK"})
_PUNCTUATION = frozenset(" &.,!?'\"-():;’‘“”«»–—¿¡،؟。、《》「」")
_LOOKALIKES = str.maketrans("аеорсухіјкмнтвѕԁһɡ", "aeopcyxijkmhtbsdhg")
_TOP_DOMAINS = "com|net|org|biz|xyz|co|ke|tz|ug|io|ly|ru|cn|su|tk"
_LINK = re.compile(
    rf"[@/]|\w[.]+\w|[a-z]\s*。\s*[a-z]|[.。]\s*(?:{_TOP_DOMAINS})\b|http|\bwww\b|\b(?:com|org|biz|xyz)\b"
    rf"|\b(?:dot|nukta|tochka|точка)\b|\b(?:punto|point|点)\W*(?:{_TOP_DOMAINS}|fr|es)\b"
    r"|gmail|yahoo|hotmail|whats\W*app|tele\W*gram|\binsta\b|instagram|facebook|tik\W*tok|viber|snap\W*chat|bit\W*ly"
    r"|\bwa?t+s\W*app\b|\bw?t\W*me\W+slash\b|\bwa\W*me\W+slash\b|m\W*pesa|pay\W*bill|вацап|[вб]атсап|вотсап|телеграм|微信|支付宝"
)
_SINGLE_LETTERS = re.compile(r"(?<=\b[^\W\d_])[\s-]+(?=[^\W\d_]\b)")
_LETTERS_AS_DIGITS = re.compile(r"\b(?:[oilzsb]\W*){7,}\b")
_DIGIT_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred nought null
nol odin dva tri chetyre pyat shest sem vosem devyat
sifuri moja mbili tatu nne tano sita saba nane tisa kumi ishirini thelathini arobaini hamsini sitini sabini themanini
tisini
un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
cinquante soixante
cero uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta
cincuenta sesenta setenta ochenta noventa
ноль нуль один одна два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят
шестьдесят семьдесят восемьдесят девяносто
"""
_FILLERS = frozenset({"double", "triple", "and", "na", "et", "y", "и", "then"})
_SPOKEN = frozenset({"o", "oh"})
_ARTICLES = frozenset({"un", "une", "una", "uno", "one", "一"})
"""digits that stand in any sentence"""
_MAX_DIGIT_RUN, _MAX_DIGIT_WORDS = 2, 4
_CJK_SPOKEN_DIGITS = frozenset("幺两")


def name_letter(name: str) -> str:
    """Return the letter that stands for a name before a yes, without its accent, as a person would type it."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(char for char in plain if char.isalnum())[:1].upper()


def typed_letter(typed: str) -> str:
    """Return what a person typed to name a caller, as the question wrote it: `A` or `A2`; empty for other words."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(char))
    word = plain.strip(" .,!:;()[]<>\"'“”«»").upper()
    return word if word[:1].isalpha() and (len(word) == 1 or word[1:].isdecimal()) else ""


def shown_name(typed: str) -> str:
    """Return the name by which a caller's contacts know the caller; empty where the typed words are no name.

    It is one word of letters, too short to say anything else.
    """
    name = unicodedata.normalize("NFKC", typed).strip()
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in name if not unicodedata.combining(char)}
    limit = MAX_CJK_NAME_CHARS if scripts == {"CJK"} else MAX_NAME_CHARS
    is_word = all(unicodedata.category(char)[0] in "LM" for char in name) and 2 <= len(name) <= limit
    if (
        not is_word
        or count_digits(typed)
        or len(scripts) != 1
        or not scripts <= _SCRIPTS
        or carries_contact_details(name)
    ):
        return ""
    return name[0].upper() + name[1:].lower()


def carries_contact_details(words: str, max_digits: int = 0) -> bool:
    """Whether the words carry a link or a number, in any script, spelt out, or disguised by look-alikes.

    A place may have up to `max_digits` digits.
    """
    text = _normalise(words)
    has_signs = not all(_is_plain(char) or (max_digits and char in "0123456789") for char in text)
    if has_signs or count_digits(words) > max_digits:
        return True
    return any(_LINK.search(variant) or _has_digit_run(variant) for variant in _variants(text))


def count_digits(words: str) -> int:
    """Return the number of characters that stand for a digit or a number in any script, but Chinese words."""
    return max(sum(unicodedata.category(char)[0] == "N" for char in text) for text in (words, _normalise(words)))


def readings(words: str) -> tuple[str, ...]:
    """Return how a person may read these words, in small letters without accents."""
    return _variants(_normalise(words))


def _normalise(words: str) -> str:
    return unicodedata.normalize("NFKC", words)


def _variants(text: str) -> tuple[str, ...]:
    """Return how a person may read the text: as it stands, with look-alikes as Latin letters, l e t t e r s joined."""
    plain = _without_accents(text.casefold())
    latin = plain.translate(_LOOKALIKES)
    return plain, latin, _SINGLE_LETTERS.sub("", latin)


def _is_plain(char: str) -> bool:
    """Whether the character is a letter, an accent of one, or punctuation of a sentence. Nothing invisible is plain."""
    return unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo", "Mn", "Mc") or char in _PUNCTUATION


def _has_digit_run(text: str) -> bool:
    """Whether three digits in words follow each other, five stand anywhere, or letters stand for seven digits."""
    apart = "".join(f" {char} " if _is_cjk_digit(char) else char for char in text)
    tokens = [_collapse(token) for token in re.findall(r"[^\W\d_]+", apart) if token not in _FILLERS]
    marks = "".join("1" if _is_digit(token) or token in _SPOKEN else "0" for token in tokens)
    count = sum(_is_digit(token) and token not in _ARTICLES for token in tokens)
    has_run = "1" * (_MAX_DIGIT_RUN + 1) in marks or count > _MAX_DIGIT_WORDS
    return has_run or bool(_LETTERS_AS_DIGITS.search(text)) or _has_glued_run(re.sub(r"[\W\d_]+", "", text))


def _has_glued_run(letters: str) -> bool:
    return bool(_GLUED_DIGITS.search(letters) or _GLUED_DIGITS.search(_collapse(letters)))


def _is_digit(token: str) -> bool:
    return token in _DIGITS or (len(token) == 1 and _is_cjk_digit(token))


def _is_cjk_digit(char: str) -> bool:
    return char in _CJK_SPOKEN_DIGITS or (unicodedata.category(char) == "Lo" and unicodedata.numeric(char, -1) >= 0)


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _collapse(token: str) -> str:
    """Return the token with each run of one letter as one letter: `sevennn` is read as `seven`."""
    return re.sub(r"(.)\1+", r"\1", token)


_WORDS = frozenset(map(_without_accents, _DIGIT_WORDS.split()))
_DIGITS = frozenset(map(_collapse, _WORDS))
_GLUED_DIGITS = re.compile(f"(?:{'|'.join(word for word in sorted(_WORDS | _DIGITS) if len(word) > 2)}){{3}}")
