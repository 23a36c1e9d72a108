"""Screens of the client list for staff, behind their PIN: reports, reviews and invitations."""

from gateway.model import intents, policy
from gateway.model.caller import Caller
from gateway.model.client_report import CLIENTS_FEATURE, MAX_MEMBERS, NOBODY, ClientEntry, ClientReport
from menus.clients import client_report_line, lookups_exhausted, no_number_or_plate_text, reader_of, report_lines
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)
from menus.permissions import require_staff
from menus.safe_call_note import not_a_number_text


def menu_entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """Return the entry for verifiers and admins if the client list is turned on."""
    if CLIENTS_FEATURE not in caller.world.features or not require_staff(caller).may_verify:
        return None
    return _("Members' notes: {n}").format(
        n=len(unread_client_reports(caller)) + len(entries_to_review(caller))
    ), link_to(client_report_list)


def unread_client_reports(caller: Caller) -> dict[str, ClientReport]:
    """Return the reports that no staff member has read, by code, oldest first, without the caller's own reports."""
    listed = (report for each in caller.world.client_entries.values() for report in each.reports)
    found = [t for t in listed if t.code and not t.is_moderated and policy.may_moderate(caller, t)]
    return {report.code: report for report in sorted(found, key=lambda t: (t.day, t.code))}


def entries_to_review(caller: Caller) -> dict[bytes, ClientEntry]:
    return {
        digest: each
        for digest, each in caller.world.client_entries.items()
        if each.needs_review and _may_review(caller, digest)
    }


def _may_review(caller: Caller, client_hash: bytes) -> bool:
    """Whether this person may settle an entry: of a place of theirs, or of none we know, and nothing of their own."""
    return policy.may(caller, intents.ResolveClientReview(client_hash, keep=True))


@screen(staff_only=True)
def client_report_list(caller: Caller, _: Translator) -> ScreenResult:
    if menu_entry(caller, _) is None:
        return show_menu(_("This page is not here any more."))
    found = unread_client_reports(caller)
    choices = [
        (client_report_line(caller, report, _), link_to(client_report, code=code)) for code, report in found.items()
    ]
    again = [
        (_("To look at again"), link_to(entry_details, client_hash=digest.hex()))
        for digest in entries_to_review(caller)
    ]
    return show_menu(
        "",
        (_("A member told me a code"), link_to(report_code)),
        (_("Look again at a number"), link_to(find_entry)),
        (_("Invite a member"), link_to(invite_member)),
        *again,
        *choices,
    )


@screen(staff_only=True)
def client_report(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Show an unread report without its code: the author proves authorship by saying the code."""
    report = unread_client_reports(caller).get(code)
    if report is None:
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(client_report_list)))
    lines = (client_report_line(caller, report, _), report.text, _removal_line(caller, report.removal_by, _))
    return show_menu(
        "\n".join(line for line in lines if line),
        (
            _("Keep it on the list") if report.removal_by else _("I have read it"),
            link_to(client_report_read, code=code),
        ),
        *_removal_choice(caller, report.removal_by, link_to(client_report_removed, code=code), _),
    )


def _removal_line(caller: Caller, first_id: str, _: Translator) -> str:
    """Return which colleague wants it removed; empty where nobody does."""
    first = caller.world.roster.by_id(first_id)
    if first is None:
        return ""
    is_own = first.id == require_staff(caller).id
    return _("A second person must agree first.") if is_own else _("{name} wants to remove it.").format(name=first.name)


def _removal_choice(caller: Caller, first_id: str, removed: Link, _: Translator) -> list[tuple[str, Link]]:
    """Return the choice to remove it, which the person who waits for a second voice does not have."""
    return [] if first_id == require_staff(caller).id else [(_("Remove it from the list"), removed)]


@screen(staff_only=True)
def client_report_read(caller: Caller, _: Translator, code: str) -> ScreenResult:
    is_unread = code in unread_client_reports(caller)
    return _decide(caller, _, intents.MarkClientReportModerated(code), is_unread, _("Done."))


@screen(staff_only=True)
def client_report_removed(caller: Caller, _: Translator, code: str) -> ScreenResult:
    found = unread_client_reports(caller).get(code)
    first_id = found.removal_by if found else ""
    return _decide(caller, _, intents.RemoveClientReport(code), found is not None, _removal_text(caller, first_id, _))


def _removal_text(caller: Caller, first_id: str, _: Translator) -> str:
    """Return what a removal does: at once, or after a second person agreed."""
    staff = require_staff(caller)
    waits = policy.needs_second_verifier(caller.world, staff)
    is_second = policy.is_second_voice(caller.world, staff, first_id)
    return _("A second person must agree first.") if waits and not is_second else _("Done.")


@screen(staff_only=True)
def report_code(caller: Caller, _: Translator) -> ScreenResult:
    return ask_question(
        _("Which code did a member say to you?"), link_to(report_code_confirmed), "typed", wants_digits=True
    )


@screen(staff_only=True)
def report_code_confirmed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    vouch = intents.VouchForClientReport(typed.strip())
    if not policy.may(caller, vouch):
        raise InvalidAnswer(_("No note has that code."))
    return _decide(caller, _, vouch, True, _("Done."))


@screen(staff_only=True)
def find_entry(caller: Caller, _: Translator) -> ScreenResult:
    if caller.lookup_blocked_until > caller.now:
        return lookups_exhausted(caller, _)
    return ask_question(_("Type the number of a phone or a car."), link_to(entries_found), "typed", wants_digits=True)


@screen(staff_only=True)
def entries_found(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Find an entry for a listed person who asks for a review. Staff find no more than a member reads, as often."""
    if caller.lookup_blocked_until > caller.now:
        return lookups_exhausted(caller, _)
    found = caller.secret_checks.lookup_keys(typed)
    if found is None:
        raise InvalidAnswer(no_number_or_plate_text(caller, _))
    entry = caller.world.client_entries.get(found.exact)
    is_shown = entry and entry.visible_to(reader_of(caller), caller.now) and _may_review(caller, found.exact)
    choices = [(_("To look at again"), link_to(entry_details, client_hash=found.exact.hex()))] if is_shown else []
    text = "" if choices else _("Nothing to check.")
    return show_menu(text, *choices, location=link_to(find_entry), intents=[intents.RecordLookup()])


@screen(staff_only=True)
def entry_details(caller: Caller, _: Translator, client_hash: str) -> ScreenResult:
    found = caller.world.client_entries.get(bytes.fromhex(client_hash))
    if found is None or not _may_review(caller, bytes.fromhex(client_hash)):
        return show_menu(_("Nothing to check."), (_("To check"), link_to(client_report_list)))
    reader = NOBODY if found.needs_review else reader_of(caller)
    lines = report_lines(caller, _, list(found.visible_to(reader, caller.now)))
    said = (lines, _("Members see it now.") if lines else "", _removal_line(caller, found.removal_by, _))
    return show_menu(
        "\n".join(line for line in said if line),
        (_("Keep it on the list"), link_to(entry_kept, client_hash=client_hash)),
        *_removal_choice(caller, found.removal_by, link_to(entry_removed, client_hash=client_hash), _),
    )


@screen(staff_only=True)
def entry_kept(caller: Caller, _: Translator, client_hash: str) -> ScreenResult:
    return _review_entry(caller, _, client_hash, keep=True)


@screen(staff_only=True)
def entry_removed(caller: Caller, _: Translator, client_hash: str) -> ScreenResult:
    return _review_entry(caller, _, client_hash, keep=False)


def _review_entry(caller: Caller, _: Translator, client_hash: str, keep: bool) -> ScreenResult:
    digest = bytes.fromhex(client_hash)
    settle, entry = intents.ResolveClientReview(digest, keep), caller.world.client_entries.get(digest)
    said = _("Done.") if keep else _removal_text(caller, entry.removal_by if entry else "", _)
    return _decide(caller, _, settle, policy.may(caller, settle), said)


@screen(staff_only=True)
def invite_member(caller: Caller, _: Translator) -> ScreenResult:
    if len(caller.world.members) >= MAX_MEMBERS:
        return show_menu(_("You can invite no more people now."))
    return ask_question(_("The new member's phone number?"), link_to(member_invited), "typed", wants_digits=True)


@screen(staff_only=True)
def member_invited(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    if caller.secret_checks.phone_lookup_keys(typed) is None:
        raise InvalidAnswer(not_a_number_text(caller, _))
    text = _("Invited. We send no text. Tell them: dial within 7 days, then choose 'Tell us'.")
    return show_menu(
        text,
        (_("To check"), link_to(client_report_list)),
        intents=[intents.InviteMember(typed)],
        location=link_to(client_report_list),
    )


def _decide(caller: Caller, _: Translator, intent: intents.Intent, is_allowed: bool, said: str) -> ScreenResult:
    if menu_entry(caller, _) is None or not is_allowed:
        return show_menu(_("A colleague decided this first."), (_("To check"), link_to(client_report_list)))
    return show_menu(said, (_("To check"), link_to(client_report_list)), intents=[intent])
