"""Screens of "Health": from a need to a clinic, with urgent advice, and a referral under a code."""

from msgspec.structs import replace

from gateway.model import intents, referral
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.directory import ClinicMatch
from gateway.model.needs import LISTED_NEEDS, NEEDS
from gateway.text import gsm, joins
from gateway.text.clinic_wording import closed_text, format_day
from gateway.text.gsm import clip
from gateway.text.hours import format_weekly_hours
from gateway.text.wording import cooperation_text, format_day_and_hour, need_label, need_name
from menus import referrals
from menus.areas import choose_area
from menus.engine import paging
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    end_session,
    link_to,
    redirect,
    screen,
    show_menu,
)

MAX_CLINICS = 6


@screen(neutral=True)
def health(caller: Caller, _: Translator) -> ScreenResult:
    """Show the caller's referrals, then the needs: a neutral text may have asked the caller to read an answer."""
    needs = [
        (need_name(need, _), link_to(time_since_incident) if NEEDS[need].urgent else _choose_area_for(need))
        for need in LISTED_NEEDS
    ]
    mine = [(_("My visit"), link_to(referrals.referral_list))] if caller.referrals else []
    return show_menu(_("What do you need?"), *mine, *needs)


def _choose_area_for(need: str) -> Link:
    return choose_area(link_to(clinic_list, need=need))


@screen(resumes_before=True)
def time_since_incident(caller: Caller, _: Translator) -> ScreenResult:
    """Ask when it happened. Within three days every hour counts; later, treatment helps too."""
    return show_menu(
        _("When was it?"),
        (_("In the last 3 days"), link_to(area_within_72h)),
        (_("3 to 5 days ago"), link_to(advice_within_5_days)),
        (_("More than 5 days ago"), link_to(advice_after_5_days)),
    )


@screen(resumes_before=True)
def area_within_72h(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for the area at once, with the advice behind the question: each screen costs time."""
    asked = redirect(_choose_area_for("hurt"), caller, _)
    advice = _("Go today. Pills can still prevent HIV and pregnancy. Sooner is better.")
    return replace(asked, text=joins.sentences(_, asked.text, advice), choice_first=True, location=None)


@screen(resumes_before=True)
def advice_within_5_days(caller: Caller, _: Translator) -> ScreenResult:
    text = _(
        "A pill can still prevent pregnancy, within 5 days: sooner is better. Also for wounds and tests, go today."
    )
    return show_menu(text, (_("Find a place"), _choose_area_for("hurt_5_days")), choice_first=True)


@screen(resumes_before=True)
def advice_after_5_days(caller: Caller, _: Translator) -> ScreenResult:
    text = _("It still helps to go: for wounds, tests, pregnancy, and someone who listens.")
    return show_menu(text, (_("Find a place"), _choose_area_for("hurt_later")), choice_first=True)


@screen(resumes_before=True)
def clinic_list(caller: Caller, _: Translator, need: str, area: str, excluded_code: str = "") -> ScreenResult:
    """List the nearest clinics, or show the only one. `excluded_code`: a clinic that was full or did not answer."""
    nearest = caller.world.directory.nearest(need, area, caller.local_time, MAX_CLINICS + 1)
    found = [f for f in nearest if f.clinic.code != excluded_code][:MAX_CLINICS]
    if not found:
        return show_menu(_("We know no place for this yet."), (_("Talk to someone"), Link("talk.talk")))
    links = [link_to(clinic_details, need=need, area=area, code=f.clinic.code) for f in found]
    if len(links) == 1:
        return redirect(links[0], caller, _)
    lines = (clinic_line(f, _, can_be_told=can_refer_to(caller, f.clinic, need)) for f in found)
    return show_menu("", *zip(lines, links, strict=True))


def clinic_line(found: ClinicMatch, _: Translator, *, can_be_told: bool = False) -> str:
    """Return one line: the clinic's name, opening hours, whether we can tell it or checked it, and the distance."""
    facts = [_opening_text(found, _)]
    if can_be_told:
        # Translators: a place to which we can announce a visitor under a code.
        facts.append(_("takes our code"))
    elif found.clinic.is_checked:
        facts.append(_("checked"))
    if found.distance_km is not None:
        # Translators: how far a place is, in kilometres.
        facts.append(_("{n} km").format(n=round(found.distance_km)))
    return joins.labelled(_, clip(found.clinic.name, referrals.MAX_CLINIC_NAME_CHARS), joins.listed(_, facts))


def _opening_text(found: ClinicMatch, _: Translator) -> str:
    if found.out_until:
        # Translators: until then the place does not have what the caller needs.
        return _("none till {day}").format(day=format_day(found.out_until, _))
    if found.closed_until:
        return closed_text(found.closed_until, _)
    if found.is_full:
        # Translators: the place said that it has no room today.
        return _("full today")
    if found.open_now:
        return _("open")
    if found.opens_at:
        return _("opens {hour}").format(hour=format_day_and_hour(found.opens_at, _))
    return _("hours unknown")


@screen(resumes_before=True)
def clinic_details(caller: Caller, _: Translator, need: str, area: str, code: str) -> ScreenResult:
    found = caller.world.directory.get(code)
    if found is None:
        return show_menu(
            _("This place is not in the list any more."),
            (_("Other places"), link_to(clinic_list, need=need, area=area)),
        )
    args = {"need": need, "area": area, "code": code}
    tell = [(_("Tell them I come"), link_to(referral_made, **args))] if can_refer_to(caller, found, need) else []
    others = []
    if len(caller.world.directory.nearest(need, area, caller.local_time, 2)) > 1:
        others.append((_("Other places"), link_to(clinic_list, need=need, area=area)))
    about = clinic_text(caller, found, _, says_checked=not tell)  # a place that can be told is checked
    text = "\n".join(filter(None, (_today(caller, found, need, _), about)))
    first = len(tell) + len(others) if gsm.is_gsm(_("Tell them I come")) else len(tell)
    return show_menu(text, *tell, *others, choice_first=first if tell else 0)


def can_refer_to(caller: Caller, clinic: Clinic, need: str) -> bool:
    """Whether we checked this clinic, it has a phone that answers, and did not say that it cannot help now."""
    state = caller.world.directory.state(clinic.code)
    may_help = not state.is_closed(caller.now) and not state.out_until(need, caller.now)
    return may_help and clinic.is_checked and bool(caller.world.roster.nurses(clinic.code))


def _today(caller: Caller, clinic: Clinic, need: str, _: Translator) -> str:
    """Return what the clinic told us of today, and else what it reads of a caller who is announced."""
    state = caller.world.directory.state(clinic.code)
    if said := referrals.cannot_help_text(caller, state, need, _):
        return said
    if not can_refer_to(caller, clinic, need):
        return ""
    known = _("They read: {service}.").format(service=need_label(NEEDS[need].label, _))
    is_full = state.full_until(need, caller.now)
    return joins.sentences(_, *([_("They said today: full.")] if is_full else []), known)


def clinic_text(caller: Caller, clinic: Clinic, _: Translator, *, says_checked: bool = True) -> str:
    home = caller.world.atlas.get(clinic.area_id)
    lines = [clinic.name, joins.listed(_, home.path[::-1][:2]) if home else "", _hours_text(clinic, _)]
    if clinic.fee:
        lines.append(_("Cost: {fee}").format(fee=_fee(clinic, _)))
    if clinic.languages:
        names = dict(caller.world.profile.languages)
        spoken = joins.listed(_, (names.get(code, code) for code in clinic.languages))
        lines.append(_("Speaks: {languages}").format(languages=spoken))
    lines.append(clinic.notes)
    lines.append(cooperation_text(clinic.police, clinic.immigration, _))
    if says_checked:
        lines.append(_("Checked by us.") if clinic.is_checked else _("From the ministry's list, not checked by us."))
    return "\n".join(line for line in lines if line)


def _fee(clinic: Clinic, _: Translator) -> str:
    """Return what a visit costs. Lists of clinics say `free` in English."""
    # Translators: a visit costs nothing.
    return _("free") if clinic.fee.strip().casefold() == "free" else clinic.fee


def _hours_text(clinic: Clinic, _: Translator) -> str:
    if clinic.open_24h:
        return _("open day and night")
    return format_weekly_hours(clinic.hours, _) if clinic.hours else _("hours unknown")


def _referral_unavailable(caller: Caller, _: Translator, need: str, area: str) -> ScreenResult:
    """Say that the caller has enough open referrals. Before the PIN, the clinic seems to be closed."""
    known = sum(v.is_open for v in caller.referrals)
    if caller.has_max_referrals and known:
        said = _.ngettext(
            "{n} place already has your code. See its answer.",
            "{n} places already have your code. See their answers.",
            known,
        )
        text = said.format(n=known)
        return show_menu(text, (_("My visit"), link_to(referrals.referral_list)))
    return show_menu(
        _("This place cannot help you now."), (_("Other places"), link_to(clinic_list, need=need, area=area))
    )


@screen()
def referral_made(caller: Caller, _: Translator, need: str, area: str, code: str) -> ScreenResult:
    """Create the referral, and show its code first, so that the caller can copy it. Questions come behind it."""
    found = caller.world.directory.get(code)
    if caller.has_max_referrals or found is None or not can_refer_to(caller, found, need):
        return _referral_unavailable(caller, _, need, area)
    number = referral.new_referral_code(caller.open_referral_count)
    said = _("Your code: {code}. We tell {clinic} that you come. Tell them this code. They know what you need.")
    whole = said.format(clinic=found.name, code=number)
    if not paging.fits_one_page(whole):
        whole = said.format(clinic=clip(found.name, referrals.MAX_CLINIC_NAME_CHARS), code=number)
    return show_menu(
        whole,
        (_("Text me when they answer"), link_to(consent_to_text, code=number)),
        intents=[intents.CreateReferral(number, need, code, area)],
    )


@screen()
def consent_to_text(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Ask after the caller has the code. A session that ends before an answer means no.

    The answers stand under the question, on page 1 in every script; what it means for the caller may follow them.
    """
    return show_menu(
        _("May we text you when they answer? They get a code, not your number. The text will not say why."),
        (_("Yes"), link_to(consent_to_follow_up, code=code)),
        (_("No, I dial to see"), link_to(code_kept, code=code)),
        choice_first=2,
    )


@screen()
def consent_to_follow_up(caller: Caller, _: Translator, code: str) -> ScreenResult:
    return show_menu(
        _("May we ask you once, later, how the visit was?"),
        (_("Yes"), link_to(code_kept, code=code, may_ask=True)),
        (_("No"), link_to(code_kept, code=code)),
        intents=[intents.AllowReferralTexts(code)],
        choice_first=2,
    )


@screen()
def code_kept(caller: Caller, _: Translator, code: str, may_ask: bool = False) -> ScreenResult:
    """Show the code again: the questions stood on top of it."""
    asked = [intents.AllowReferralTexts(code, may_ask_rating=True)] if may_ask else []
    return end_session(_("Thank you. Your code: {code}").format(code=code), intents=asked)
