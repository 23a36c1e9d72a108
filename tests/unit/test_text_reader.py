"""What people text and how it is read: cases that other systems, reviews and earlier versions of ours got wrong."""

from functools import cache

import pytest

from gateway.content import build_lexicon
from gateway.model.area import Area, Atlas
from gateway.understanding import concepts
from gateway.understanding.concepts import CONCEPTS, FIXED_WORDS
from gateway.understanding.fold import fold, split_pinyin
from gateway.understanding.gazetteer import Gazetteer
from gateway.understanding.meaning import Meaning, Reading
from gateway.understanding.word_book import WordBook
from menus.sms.lexicon import Lexicon
from menus.sms.quotes import quotes_another_text
from tests.harness.languages import SHIPPED
from translations import load
from translations.train import TEXTS_FILE, read_training_texts

M = Meaning
PLACES = Atlas(
    [
        Area("k", ("Mombasa", "Kisauni")),
        Area("s", ("Mombasa", "Soko Mwezi"), ("Soko",)),
        Area("b", ("Mombasa", "Bahati")),
        Area("c", ("Nairobi", "Central")),
        Area("o", ("Ош", "Ошский рынок"), ("Ошский",)),
        Area("p", ("北京", "朝阳")),
    ]
)


@cache
def lexicon() -> Lexicon:
    return build_lexicon(load(SHIPPED))


def read(lang: str, text: str, is_running: bool = False) -> Reading:
    return lexicon().read(text, lang, PLACES, is_running)


def cases(lang: str, *texts: str) -> list[tuple[str, str]]:
    return [(lang, text) for text in texts]


NO_WISH_TO_LEAVE = [
    *cases(
        "en", "i do not want to die", "make him stop", "he wont stop", "stop him please", "he wont leave", "cant leave",
        "police stop us", "raid bus stop", "they stop cars", "police leave now", "at bus stop", "is it end?",
        "when it end", "dont stop", "please dont stop", "do not stop the alerts", "cannot leave now", "stop beating me",
        "they remove condom", "remove condom", "itching doesnt end", "can u remove the price tag", "stop sos",
        "stop 2 cars", "resume dont cancel my alerts", "i stopped school", "the rain wont stop", "no more condoms",
        "why did you stop texting", "no messages come anymore", "bus stop",
    ),
    *cases(
        "sw", "sitaki kufa", "acha nikueleze", "acha nikuambie", "wacha nikuambie", "toa taarifa", "toa msaada",
        "polisi toa pesa", "niacheni niende", "nitoe hapa", "acha kunipiga", "sitaki kujitoa", "polisi wacha barabara",
        "naomba msaada acha", "usinitumie pesa tena", "nimeacha simu nyumbani", "msiache kunitumia",
    ),
    *cases(
        "fr", "peux pas sortir", "laissez moi sortir", "assez de coups", "c'est fini", "il enleve moi", "un stop",
        "je ne veux pas mourir", "n'arretez pas", "ne m'enlevez pas", "je veux encore les alertes", "arret de bus",
    ),
    *cases(
        "es", "no quiero morir", "no puedo salir", "policia alto", "no más golpes", "quitar el condon",
        "ya basta auxilio", "no me baja",
        "no no paren", "ya no me llegan mensajes", "no me den de baja", "parada de bus",
    ),
    *cases(
        "ru", "не хочу умирать", "не отписывайте меня", "я не писала стоп", "он не отстает", "выход в восемь",
        "не оставляйте меня", "конец улицы менты",
    ),
    *cases("zh_Hans", "不想死", "bu yao tuiding", "不要取消", "他不停打我", "我不想退订", "停车场有警察"),
]  # fmt: skip
WISHES_TO_LEAVE = [
    *cases(
        "en", "stop", "STOP", "S t o p", "STOP STOP STOP STOP", "STOPALL", "REVOKE", "OPTOUT", "opt-out", "OPT OUT",
        "I opt out", "please stop texting me", "Please stop sending me messages", "stop it now please",
        "I want to stop", "i want to unsubscribe", "take me off this list",
        "lose my number", "dont contact me", "stop2quit",
        "STOP\r\nSent from my phone", "STOP\n> No police now", "STO‌P", "‭STOP", "ＳＴＯＰ", "*stop*", "sto p",
        "please stop messaging me thanks", "leave me alone",
    ),
    *cases(
        "sw", "acha", "simamisha", "tafadhali acha kunitumia ujumbe", "acheni kunitumia", "msinitumie tena", "niondoe",
        "sitaki ujumbe wenu",
    ),
    *cases("fr", "stop", "arrêt", "arretez de m'envoyer des sms", "plus de messages", "laissez moi tranquille"),
    *cases("es", "baja", "ya no me manden mensajes", "dejen de mandarme mensajes", "no quiero sus mensajes"),
    *cases("ru", "стоп", "отпишите меня", "не присылайте мне больше смс", "otpishite menya", "хватит писать мне"),
    *cases(
        "zh_Hans", "退订", "退訂", "请退订", "退订短信", "不要给我发短信", "别发短信了", "停止发送", "不想收了",
        "我不要了", "別再發", "td", "tui ding",
    ),
]  # fmt: skip
CRIES = [
    *cases("en", "sos", "S.O.S", "help me he has a knife", "im locked in", "i want to die", "he is following me", "🆘"),
    *cases("sw", "niokoe", "nimefungiwa", "ananipiga", "sitaki kuishi", "nimekamatwa niko cell"),
    *cases("sw", "saidieni anataka kuniua"),
    *cases("fr", "au secours", "à l'aide il me frappe", "il m'a enfermée", "je veux mourir", "on me suit"),
    *cases("es", "auxilio", "socorro", "me tiene encerrada", "me quiero morir", "me estan siguiendo"),
    *cases("es", "tiene un cuchillo"),
    *cases("ru", "спасите", "помогите меня бьют", "он меня запер", "не хочу жить", "menya izbili pomogite"),
    *cases("zh_Hans", "救命", "救命啊", "救我", "求助", "他打我", "我被锁在房间里", "不想活了", "jiuming"),
]  # fmt: skip
NEEDS = [
    ("en", "condom burst", "hurt"), ("en", "where can i get pep", "hurt"), ("en", "PEP", "hurt"),
    ("en", "i want to talk", "talk"), ("en", "my arvs are finished", "medicines"), ("sw", "kondomu imepasuka", "hurt"),
    ("fr", "le preservatif a craqué", "hurt"), ("es", "se rompio el condon", "hurt"),
    ("en", "where can i get prep", "prep"), ("en", "self test kit", "self_test"), ("en", "i need a test", "test"),
    ("sw", "nataka kujipima", "self_test"), ("fr", "autotest svp", "self_test"), ("ru", "где самотест", "self_test"),
    ("es", "quiero una autoprueba", "self_test"),
    ("ru", "презерватив порвался", "hurt"),
    ("zh_Hans", "安全套破了", "hurt"), ("zh_Hans", "想做hiv检测", "test"),
]  # fmt: skip
REPORTS = [
    ("en", "raid soko", "s"), ("sw", "msako soko", "s"), ("sw", "Polisi wako soko", "s"),
    ("sw", "polisi wako Kisauni", "k"), ("sw", "polisi wako Kisaunni", "k"), ("fr", "la police est à Kisauni", "k"),
    ("es", "hay redada en Kisauni", "k"), ("ru", "облава на Ошском", "o"), ("zh_Hans", "朝阳有警察查房", "p"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), NO_WISH_TO_LEAVE)
def test_a_text_with_a_stop_word_in_it_ends_nothing(lang: str, text: str) -> None:
    assert read(lang, text).meaning not in (M.STOP, M.DELETE)


@pytest.mark.parametrize(("lang", "text"), WISHES_TO_LEAVE)
def test_a_wish_to_leave_is_done_or_asked_about(lang: str, text: str) -> None:
    reading = read(lang, text)
    assert reading.meaning is M.STOP or (reading.meaning is None and M.STOP in reading.options)


@pytest.mark.parametrize(("lang", "text"), CRIES)
def test_a_cry_calls_for_help_or_is_the_first_choice(lang: str, text: str) -> None:
    reading = read(lang, text)
    assert reading.meaning is M.SOS or (reading.meaning is None and reading.options[:1] == (M.SOS,))


@pytest.mark.parametrize(("lang", "text", "kind"), NEEDS)
def test_a_need_is_understood_with_its_kind(lang: str, text: str, kind: str) -> None:
    reading = read(lang, text)
    assert (reading.meaning, reading.kind) == (M.CLINIC, kind)


@pytest.mark.parametrize(("lang", "text", "area"), REPORTS)
def test_a_report_is_understood_with_its_place(lang: str, text: str, area: str) -> None:
    reading = read(lang, text)
    assert (reading.meaning, reading.areas) == (M.REPORT, ((area,),))


@pytest.mark.parametrize("text", ["polisi wako Zumaridi", "police raid at Zumaridi"])
def test_a_place_that_no_list_has_is_kept(text: str) -> None:
    reading = read("sw", text)
    assert (reading.meaning, reading.unknown_place) == (M.REPORT, "zumaridi")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        *cases("en", "cancel", "end"),
        *cases("fr", "annuler"),
        *cases("ru", "отмена"),
        *cases("zh_Hans", "取消", "结束"),
    ],
)
def test_while_something_runs_a_word_of_ending_is_asked_about(lang: str, text: str) -> None:
    assert read(lang, text).meaning is M.STOP
    running = read(lang, text, is_running=True)
    assert running.meaning is None
    assert running.options[:2] == (M.CANCEL, M.STOP)


@pytest.mark.parametrize(("lang", "text"), [*cases("en", "STOP", "delete"), *cases("sw", "acha")])
def test_while_something_runs_only_the_exact_word_stops(lang: str, text: str) -> None:
    running = read(lang, text, is_running=True)
    assert running.meaning in (M.STOP, M.DELETE)


def test_back_in_free_words_ends_nothing_that_runs() -> None:
    assert read("en", "i am home now, all is fine").meaning is M.SAFE
    assert read("en", "i am home now, all is fine", is_running=True).options[0] is M.SAFE


@pytest.mark.parametrize("meaning", [M.DELETE, M.CANCEL])
def test_forgetting_and_ending_a_call_never_follow_from_free_words(meaning: Meaning) -> None:
    """All texts of these meanings that the model learned from are asked about, unless they are a listed phrase."""
    for code in SHIPPED:
        for text in read_training_texts(code)[meaning]:
            reading = read(code, text)
            assert reading.meaning is not meaning or reading.is_phrase, text


def test_help_alone_is_asked_about() -> None:
    for lang, text in (("en", "help"), ("sw", "msaada"), ("fr", "aide"), ("es", "ayuda"), ("ru", "помощь")):
        assert read(lang, text).options == (M.SOS, M.HELP)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("хочу отписаться", "hochu otpisatsya"), ("退訂", "退订"), ("N’arrêtez pas", "narretez pas"),
        ("STOOOP", "stop"), ("Привет", "privet"), ("ñandú", "nandu"), ("sœur", "soeur"),
    ],
)  # fmt: skip
def test_texts_are_compared_as_people_write_them(one: str, other: str) -> None:
    assert fold(one).replace(" ", "") == fold(other).replace(" ", "")


def test_pinyin_is_split_into_syllables() -> None:
    assert split_pinyin("biefale") == ["bie", "fa", "le"]
    assert split_pinyin("stop") == ["stop"]


@pytest.mark.parametrize(
    ("entries", "text", "found"),
    [
        ({"stop": ["stop"], "bus_stop": ["bus stop"]}, "bus stop", [("bus_stop",)]),
        ({"texts": ["messag*"]}, "messages", [("texts",)]),
        ({"locked_in": ["*fungia*"]}, "amenifungia", [("locked_in",)]),
        ({"texts": ["message"]}, "mesage", [("texts",)]),
        ({"stop": ["stop"], "please": ["+stop"]}, "stop", [("please",), ("stop",)]),
    ],
)
def test_a_longer_entry_wins(entries: dict[str, list[str]], text: str, found: list[tuple[str, ...]]) -> None:
    assert [tag.concepts for tag in WordBook(entries).tag(text.split())] == found


def test_an_everyday_word_is_a_place_only_behind_a_cue() -> None:
    places = Gazetteer([("Central", "c"), ("Bahati", "b")], frozenset({"central"}), {("kwa", "bahati", "mbaya")})
    assert places.cut(["central", "bank"]).areas == ()
    assert places.cut(["police", "at", "central"]).areas == (("c",),)
    assert places.cut(["sos", "kwa", "bahati", "mbaya"]).areas == ()
    assert places.cut(["polisi", "kwa", "bahati"]).areas == (("b",),)


@pytest.mark.parametrize(
    "text",
    [
        "Liked “Police raid at Kisauni since 20:40”", "👍 to “ Police raid at Kisauni since 20:40 ”",
        "Fwd: Kisauni 20:40-00:40. Details: dial *384*2024#. To end, send STOP.",
    ],
)  # fmt: skip
def test_another_text_that_is_quoted_is_nobodys_wish(text: str) -> None:
    assert quotes_another_text(text, "*384*2024#")


@pytest.mark.parametrize("text", ["he said “stop or I kill you” help", "STOP", "dial *384*2024#"])
def test_own_words_are_no_quote(text: str) -> None:
    assert not quotes_another_text(text, "*384*2024#")


def test_the_guards_name_concepts_that_exist() -> None:
    """A guard for a concept that no file has would never act."""
    known = {*CONCEPTS, *FIXED_WORDS}
    sets = {name: value for name, value in vars(concepts).items() if isinstance(value, frozenset)}
    assert len(sets) >= 10
    assert {name: value - known for name, value in sets.items() if value - known} == {}


def test_what_the_model_learned_from_names_kinds_that_exist() -> None:
    from gateway.model.alert import AlertKind
    from gateway.model.needs import NEEDS as KNOWN_NEEDS

    kinds = {M.CLINIC: set(KNOWN_NEEDS), M.REPORT: {kind.value for kind in AlertKind}}
    for code in SHIPPED:
        for label in read_training_texts(code):
            meaning, _dot, kind = label.partition(".")
            assert meaning in M.__members__, (code, TEXTS_FILE, label)
            assert not kind or kind in kinds[M(meaning)], (code, label)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        *cases("en", "overdose. my friend is not waking up", "the bleeding wont stop after the abortion"),
        *cases("fr", "le sang n'arrete pas apres l'avortement"),
        *cases("es", "sobredosis, no despierta"),
        *cases("ru", "кровь не останавливается после аборта"),
        *cases("sw", "damu nyingi haikomi tumboni"),
        *cases("zh_Hans", "打针之后叫不醒 没呼吸"),
    ],
)
def test_blood_that_does_not_stop_and_an_overdose_are_no_question_for_a_clinic_alone(lang: str, text: str) -> None:
    reading = read(lang, text)
    assert reading.meaning is M.SOS or reading.options[:1] == (M.SOS,)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        *cases("en", "i joined by mistake please remove me", "who joined me, take me off"),
        *cases("sw", "nlijiunga kwa bahati mbaya naomba mniondoe"),
    ],
)
def test_a_wish_to_leave_beside_a_word_of_joining_joins_nobody(lang: str, text: str) -> None:
    reading = read(lang, text)
    assert reading.meaning is M.STOP or M.STOP in reading.options


@pytest.mark.parametrize(
    ("lang", "text"), [*cases("en", "erase my data from your list"), *cases("zh_Hans", "把我的资料从系统里去除")]
)
def test_a_wish_to_be_forgotten_is_more_than_no_more_texts(lang: str, text: str) -> None:
    reading = read(lang, text)
    assert reading.meaning is not M.STOP
    assert M.STOP in reading.options


def test_a_name_with_w_is_found_as_russians_write_it() -> None:
    assert read("ru", "облава Соко Мвези").areas == (("s",),)


@pytest.mark.parametrize(
    ("lang", "text", "meaning"),
    [
        ("en", "sorry i cannot do that", M.NO), ("en", "fine with me she can", M.YES),
        ("fr", "oui elle peut", M.YES),
        ("ru", "нет не хочу", M.NO), ("zh_Hans", "可以的", M.YES),
    ],
)  # fmt: skip
def test_an_invited_person_is_answered_as_one(lang: str, text: str, meaning: Meaning) -> None:
    assert lexicon().read(text, lang, PLACES, is_invited=True).meaning is meaning
