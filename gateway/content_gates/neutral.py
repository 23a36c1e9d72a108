"""Gate: no text that leaves has a word that gives away what it is about. Other people may read any phone."""

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.leaving_texts import EXCEPTIONS_FILE, leaving_sentences, read_exceptions
from gateway.content_gates.source_calls import source_functions


def find_revealing_texts(texts: LanguageTexts) -> ContentFindings:
    excepted = {text for text, _reason in read_exceptions("sentences")}
    leaving = leaving_sentences()
    for sentence in texts.sentences:
        if sentence.msgid in leaving and sentence.msgid not in excepted:
            for form in sentence.forms:
                for word in dict.fromkeys(texts.language.forbidden_words.find_revealing(form)):
                    file, function = leaving[sentence.msgid][0]
                    yield ContentFinding(
                        texts.code,
                        sentence.place,
                        f"'{word}' gives away what the text is about, and {file} {function} sends it",
                        "say it in neutral words",
                        gives_away=True,
                    )
    if texts.is_source:
        yield from _find_stale_exceptions(texts.code)


def _find_stale_exceptions(code: str) -> ContentFindings:
    """Find exceptions that no code needs any more."""
    functions = {f"{file} {name}" for file, name in source_functions()}
    known = {"functions": functions, "sentences": set(leaving_sentences())}
    for table, names in known.items():
        for name, _reason in read_exceptions(table):
            if name not in names:
                yield ContentFinding(code, EXCEPTIONS_FILE, f"no code has {name!r}", "take the exception out")
