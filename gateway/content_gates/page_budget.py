"""Gate: a screen is short, and the choice that somebody in danger needs stands on its first page."""

from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.screens import RenderedScreen, render_screens, render_topics

MAX_SCREEN_PAGES: Final = {True: 2, False: 3}
"""pages of a screen: of 160 septets, and of 70 characters"""
MAX_TOPIC_PAGES: Final = {True: 3, False: 6}


def find_long_screens(texts: LanguageTexts) -> ContentFindings:
    for screen in render_screens(texts):
        yield from _find_in_screen(texts.code, screen, MAX_SCREEN_PAGES[screen.is_gsm])
        if not screen.has_urgent_choice_first:
            yield ContentFinding(
                texts.code,
                _place(screen),
                f"the choice '{screen.urgent_choice}. {screen.urgent_label}' is not on the first page",
                "shorten what stands before it",
            )
    for topic in render_topics(texts):
        yield from _find_in_screen(texts.code, topic, MAX_TOPIC_PAGES[topic.is_gsm])


def _find_in_screen(code: str, screen: RenderedScreen, most: int) -> ContentFindings:
    if len(screen.pages) > most and not screen.may_be_long:
        yield ContentFinding(
            code, _place(screen), f"it takes {len(screen.pages)} pages, and may take {most}", "shorten its words"
        )


def _place(screen: RenderedScreen) -> str:
    return f"screen {screen.name!r}" + (f", {screen.state}" if screen.state else "")
