"""Gate: one sentence of the code, one meaning. A sentence that two files say needs a context, or a reader's yes.

A translator sees one entry: "It is over" of a caller who ends her call and of a nurse could differ in every language.
`shared_sentences.toml` lists the sentences that mean the same wherever they stand.
"""

import tomllib
from functools import cache
from importlib.resources import files

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts


def find_shared_sentences(texts: LanguageTexts) -> ContentFindings:
    if not texts.is_source:
        return
    reviewed = reviewed_sentences()
    shared = {
        sentence.msgid: sentence for sentence in texts.sentences if not sentence.context and len(sentence.sources) > 1
    }
    for msgid, sentence in shared.items():
        if msgid not in reviewed:
            yield ContentFinding(
                texts.code,
                repr(msgid),
                f"one sentence is said in {' and '.join(sentence.sources)} without a context",
                "give each meaning its own words or a context (pgettext), or list it in shared_sentences.toml",
            )
    for msgid in sorted(reviewed - shared.keys()):
        yield ContentFinding(
            texts.code, "shared_sentences.toml", f"no two files say {msgid!r}", "take it out of the list"
        )


@cache
def reviewed_sentences() -> frozenset[str]:
    """Return the sentences of which a reader said that they mean the same wherever they stand."""
    table = tomllib.loads(files("gateway.content_gates").joinpath("shared_sentences.toml").read_text("utf-8"))
    return frozenset(table["same_meaning"])
