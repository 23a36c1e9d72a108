"""The languages that the project ships."""

from translations.languages import TRANSLATIONS_DIR

SHIPPED = sorted(path.parent.name for path in TRANSLATIONS_DIR.glob("*/messages.po"))
