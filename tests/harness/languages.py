"""The languages that the project ships."""

from translations.languages import shipped_codes

SHIPPED = shipped_codes()
