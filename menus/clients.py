"""Screens for members: which clients hurt people or do not pay. Nobody else sees them.

A typed number or plate becomes keyed hashes at once. Only the sealed session keeps the typed text, for two screens:
the second one shows it again, because a wrong digit would accuse another person.
"""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.client_report import (
    CLIENTS_FEATURE,
    DAY_S,
    MAX_ENTRIES,
    MAX_REPORTS_PER_DAY,
    ClientReport,
    Harm,
    LookupKeys,
    Reader,
    format_month,
    month_number,
    visible_reports,
)
from gateway.model.codes import draw_code
from gateway.numbers import example_number
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_date_and_hour, harm_name
from menus import membership
from menus.alerts import no_capacity_text
from menus.areas import area_name, choose_area
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    ask_question,
    end_session,
    link_to,
    screen,
    show_menu,
)

MAX_TEXT_CHARS = 100
MONTH_CHOICES = 5
MAX_LINES_SHOWN = 6


def menu_entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """Return the entry for an invited caller, after the own PIN if one is set.

    A borrowed phone must not reveal that its owner is a member.
    """
    if CLIENTS_FEATURE not in caller.world.features or caller.member is None:
        return None
    return _("For members"), link_to(clients)


@screen()
def clients(caller: Caller, _: Translator) -> ScreenResult:
    if CLIENTS_FEATURE not in caller.world.features or caller.member is None:
        return show_menu(_("This page is not here any more."), (_("Home"), Link("home.home")))
    if not caller.member.active:
        said = [
            _(
                "Members tell each other which clients hurt people or do not pay. They read only what happened, "
                "the month and the area."
            ),
            _("Staff also read your few words. We store, in secret writing, that you take part. Take part?"),
        ]
        return ask_consent(
            joins.sentences(_, *said), (_("Yes"), link_to(membership.membership_started)), (_("No"), Link("home.home"))
        )
    news = (_("No texts about new notes"), link_to(membership.news_set, wants_news=False))
    if not caller.member.wants_news:
        news = (_("Text me about new notes"), link_to(membership.confirm_news))
    return show_menu(
        "",
        (_("Check a phone or car number"), link_to(lookup)),
        (_("Tell about a client"), link_to(client_phone)),
        news,
        (_("Leave the members"), link_to(membership.leave_members)),
        (_("New near me"), Link("client_news.new_near_me")),
    )


@screen()
def lookup(caller: Caller, _: Translator) -> ScreenResult:
    if not is_active_member(caller):
        return clients(caller, _)
    if caller.lookup_blocked_until > caller.now:
        return lookups_exhausted(caller, _)
    return ask_question(_("Type the number of a phone or a car."), link_to(lookup_result), "typed", wants_digits=True)


def lookups_exhausted(caller: Caller, _: Translator) -> ScreenResult:
    when = format_date_and_hour(caller.world.local_time(caller.lookup_blocked_until), _)
    said = _("That is enough for now. You can try again: {when}").format(when=when)
    return show_menu(said, (_("Home"), Link("home.home")))


@screen()
def lookup_result(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Show what is listed. A hit and a miss count alike, and neither sends a request to the store."""
    if not is_active_member(caller) or caller.lookup_blocked_until > caller.now:
        return lookup(caller, _)
    sought = _require_lookup_keys(caller, caller.secret_checks.lookup_keys(typed), _)
    same = _visible_reports(caller, (sought.exact,))
    like = _visible_reports(caller, sought.similar)
    lines = report_lines(caller, _, same or like)
    if not lines:
        text = _("Not on the list. There can still be danger.")
    else:
        text = lines if same else "\n".join((_("Almost the same:"), lines))
    again = [(_("Check another"), link_to(lookup))]
    if lines:
        again.append(
            (
                _("Ask staff to look again"),
                link_to(
                    review_requested, client_hashes=_known_hashes(caller, (sought.exact,) if same else sought.similar)
                ),
            )
        )
    return show_menu(text, *again, intents=[intents.RecordLookup()], location=link_to(clients))


def _visible_reports(caller: Caller, client_hashes: tuple[bytes, ...]) -> list[ClientReport]:
    """Return what the caller may read. What the caller, or a member invited by the caller, told is left out."""
    return visible_reports(caller.world.client_entries, client_hashes, reader_of(caller), caller.now)


def reader_of(caller: Caller) -> Reader:
    return Reader.of(caller.member, caller.world.members, caller.own_staff_id)


def report_lines(caller: Caller, _: Translator, reports: list[ClientReport]) -> str:
    """Return kind, month and area of each report by month, without words, a count, or the order of reporting."""
    latest = sorted(reports, key=lambda t: (-t.month, t.harm, t.district))
    return "\n".join(list(dict.fromkeys(client_report_line(caller, each, _) for each in latest))[:MAX_LINES_SHOWN])


def client_report_line(caller: Caller, report: ClientReport, _: Translator) -> str:
    parts = (harm_name(report.harm, _), format_month(report.month), area_name(caller, report.district))
    return joins.listed(_, parts)


def _known_hashes(caller: Caller, client_hashes: tuple[bytes, ...]) -> str:
    """Return the hashes whose entries the caller can read, as text. They are few, so the session can store them."""
    return " ".join(digest.hex() for digest in client_hashes if _visible_reports(caller, (digest,)))


@screen()
def review_requested(caller: Caller, _: Translator, client_hashes: str) -> ScreenResult:
    hashes = tuple(bytes.fromhex(digest) for digest in client_hashes.split())
    return show_menu(
        _("Thank you. Staff look at it again."),
        (_("Home"), Link("home.home")),
        intents=[intents.RequestClientReview(hashes)],
    )


@screen()
def client_phone(caller: Caller, _: Translator) -> ScreenResult:
    if not is_active_member(caller):
        return clients(caller, _)
    if caller.lookup_blocked_until > caller.now:
        return lookups_exhausted(caller, _)
    if _reports_today(caller) >= MAX_REPORTS_PER_DAY:
        return show_menu(_("You told us enough for today. Tell more tomorrow, or talk to someone."))
    if _is_full(caller):
        return show_menu(no_capacity_text(_))
    return ask_question(
        _("The client's phone number?"),
        link_to(client_plate),
        "typed",
        (_("Skip"), link_to(client_plate, typed="")),
        wants_digits=True,
    )


@screen()
def client_plate(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    first = _require_lookup_keys(caller, caller.secret_checks.phone_lookup_keys(typed), _) if typed else None
    so_far = {"phone_hashes": _pack_keys(first), "phone_text": first.text if first else ""}
    skip = ((_("Skip"), link_to(client_harm, typed="", **so_far)),) if first else ()
    return ask_question(
        _("The number plate of the client's car?"),
        link_to(client_harm, **so_far),
        "typed",
        *skip,
        wants_digits=True,
        location=link_to(client_phone),
    )


@screen()
def client_harm(caller: Caller, _: Translator, typed: str, phone_hashes: str, phone_text: str) -> ScreenResult:
    second = _require_lookup_keys(caller, caller.secret_checks.plate_lookup_keys(typed), _) if typed else None
    hashes = " ".join(part for part in (phone_hashes, _pack_keys(second)) if part)
    if not hashes:
        return clients(caller, _)
    text = "\n".join(part for part in (phone_text, second.text if second else "", _("What happened?")) if part)
    choices = [(harm_name(harm, _), link_to(harm_month, client_hashes=hashes, harm=harm.value)) for harm in Harm]
    return show_menu(text, *choices, location=link_to(clients))


@screen()
def harm_month(caller: Caller, _: Translator, client_hashes: str, harm: str) -> ScreenResult:
    now = month_number(caller.local_time.year, caller.local_time.month)
    choices = [(format_month(m), _choose_district(client_hashes, harm, m)) for m in range(now, now - MONTH_CHOICES, -1)]
    return show_menu(_("Which month?"), *choices, (_("Earlier"), _choose_district(client_hashes, harm, 0)))


def _choose_district(client_hashes: str, harm: str, month: int) -> Link:
    return choose_area(link_to(report_text, client_hashes=client_hashes, harm=harm, month=month))


@screen()
def report_text(caller: Caller, _: Translator, client_hashes: str, harm: str, month: int, area: str) -> ScreenResult:
    so_far = {"client_hashes": client_hashes, "harm": harm, "month": month, "area": district_of(caller, area)}
    return ask_question(
        _("A few words for staff only: no name, illness or country."),
        link_to(report_preview, **so_far),
        "typed",
        (_("Skip"), link_to(report_preview, typed="", **so_far)),
    )


@screen()
def report_preview(
    caller: Caller, _: Translator, client_hashes: str, harm: str, month: int, area: str, typed: str
) -> ScreenResult:
    said = clip(typed, MAX_TEXT_CHARS)
    report = ClientReport(b"", Harm(harm), month, area, 0)
    text = "\n".join(part for part in (client_report_line(caller, report, _), said) if part)
    send = link_to(report_sent, client_hashes=client_hashes, harm=harm, month=month, area=area, typed=said)
    return show_menu(text, (_("Send"), send), location=link_to(clients))


@screen()
def report_sent(
    caller: Caller, _: Translator, client_hashes: str, harm: str, month: int, area: str, typed: str
) -> ScreenResult:
    may_tell = _reports_today(caller) < MAX_REPORTS_PER_DAY and caller.lookup_blocked_until <= caller.now
    if not is_active_member(caller) or not may_tell or _is_full(caller):
        return client_phone(caller, _)
    code = new_report_code(caller)
    text = _(
        "Thank you. Members see it when two more people say the same, or when you meet staff and say "
        "{code}. You do not see your own note."
    )
    report = intents.AddClientReport(
        tuple(map(bytes.fromhex, client_hashes.split())), Harm(harm), month, district=area, text=typed, code=code
    )
    return end_session(text.format(code=code), intents=[report])


def is_active_member(caller: Caller) -> bool:
    """Whether the caller takes part in the client list, and it is on."""
    return caller.member is not None and caller.member.active and CLIENTS_FEATURE in caller.world.features


def _is_full(caller: Caller) -> bool:
    """Whether there is no room for another number and another plate."""
    return caller.world.is_full or len(caller.world.client_entries) > MAX_ENTRIES - 2


def _require_lookup_keys(caller: Caller, keys: LookupKeys | None, _: Translator) -> LookupKeys:
    if keys is None:
        raise InvalidAnswer(no_number_or_plate_text(caller, _))
    return keys


def no_number_or_plate_text(caller: Caller, _: Translator) -> str:
    example = example_number(caller.world.profile.region)
    return _("That is no phone or car number. A phone number is written as {example}.").format(example=example)


def _reports_today(caller: Caller) -> int:
    """Return how many reports the member made today. Number and plate of one report count once."""
    own, today = caller.member.token if caller.member else b"", caller.now // DAY_S
    listed = caller.world.client_entries.values()
    return len({t.code for each in listed for t in each.reports if t.author == own and t.day == today})


def _pack_keys(keys: LookupKeys | None) -> str:
    return keys.exact.hex() if keys else ""


def new_report_code(caller: Caller) -> str:
    """Return at least five random digits that no report uses. Raises NoFreeCode."""
    used = {t.code for each in caller.world.client_entries.values() for t in each.reports}
    return draw_code(len(used), used.__contains__, shortest=5)


def district_of(caller: Caller, area: str) -> str:
    """Return the area, or its ancestor at the second level of the tree if the area lies deeper."""
    chosen = caller.world.atlas.get(area)
    depth = len(chosen.path) if chosen else 0
    return caller.world.atlas.ancestors(area)[depth - 3] if depth > 2 else area
