"""Gate: each sentence has the values in braces of its English. One that has others cannot be sent at all."""

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, describe_path
from translations.placeholders import find_left_out


def find_wrong_placeholders(texts: LanguageTexts) -> ContentFindings:
    for refused in texts.refused:
        yield ContentFinding(
            texts.code,
            f"{describe_path(refused.path)}, {refused.english!r}",
            f"the translation {refused.reason}, so phones show the words before it",
            "write the values in braces as the English has them",
            is_fatal=True,
        )
    for sentence in texts.sentences:
        left_out = {value for form in sentence.forms for value in find_left_out(sentence.english[-1], form)}
        if left_out:
            yield ContentFinding(
                texts.code,
                sentence.place,
                f"the translation leaves out {', '.join(sorted(left_out))}",
                "say it too, or the reader lacks it",
            )
