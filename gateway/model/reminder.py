"""Reminders: one neutral text on a day that the caller chose. The reason for it is not stored."""

from datetime import datetime, timedelta

import msgspec

from gateway.model.feature import Feature
from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority
from gateway.model.task import Task
from gateway.text.translator import Translator

REMINDER_FEATURE = Feature("reminders")
"""One neutral text on a day that the caller chose."""
MAX_DAYS = 183
"""six months ahead"""
LOCAL_HOUR = 10
"""the local hour at which the text is sent: most people are awake, and fewer are at home in company"""


class ReminderTask(Task):
    """The task of reminders."""

    SEND_REMINDER = "remind"


class Reminder(msgspec.Struct, frozen=True):
    """`owner` is a token of purpose safety. `at` in Unix seconds."""

    owner: bytes
    at: int
    lang: str


class SetReminder(Intent, frozen=True):
    """Text the caller once, after this number of days. It replaces an earlier reminder."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    days: int


class DeleteReminder(Intent, frozen=True):
    """Delete the reminder."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True


def reminder_time(local_now: datetime, days: int) -> datetime:
    """Return the local time of a reminder, at least 1 day and at most MAX_DAYS from now."""
    day = local_now + timedelta(days=max(1, min(days, MAX_DAYS)))
    return day.replace(hour=LOCAL_HOUR, minute=0, second=0, microsecond=0)


def reminder_text(_: Translator) -> str:
    """Return the whole text. Any person with the phone may read it, so it does not say what the reminder is about."""
    return _("You wanted a reminder for today.")
