"""Pages before and after a session: logging in, accepting an invitation, and leaving."""

from starlette.responses import Response

from gateway.desk import one_time_codes, passwords
from gateway.desk.call import Call, set_session_cookie
from gateway.errors import BadInput
from gateway.model.desk import DeskInvitation


def show_login(call: Call) -> Response:
    return call.go_to("now") if call.person else call.show("login", is_refused=False)


def log_in(call: Call) -> Response:
    """Open a session. A refusal does not say what was wrong."""
    name, password = call.form.get("name", ""), call.form.get("password", "")
    session_id = call.service.access.log_in(name, password, _digits(call, "code"))
    if session_id is None:
        return call.show("login", is_refused=True)
    return set_session_cookie(call.go_to("now"), session_id)


def join(call: Call) -> Response:
    """Ask for the invitation and a new password. Then show the picture for the one-time codes."""
    if not call.is_post:
        return _show_join(call)
    invitation, password = _digits(call, "invitation"), call.form.get("password", "")
    if password != call.form.get("again", ""):
        return _show_join(call, "differs")
    try:
        taken = call.service.access.take_invitation(invitation, password)
    except BadInput:
        return _show_join(call, "weak")
    return _show_code(call, invitation, taken, is_refused=False) if taken else _show_join(call, "unknown")


def confirm_code(call: Call) -> Response:
    """Make the login, and show the recovery codes once."""
    invitation = _digits(call, "invitation")
    accepted = call.service.access.accept_invitation(invitation, _digits(call, "code"))
    if accepted is None:
        taken = call.service.access.find_taken_invitation(invitation)
        return _show_code(call, invitation, taken, is_refused=True) if taken else _show_join(call, "unknown")
    session_id, recovery_codes = accepted
    return set_session_cookie(call.show("joined", recovery_codes=recovery_codes), session_id)


def leave(call: Call) -> Response:
    """End the session, and tell the browser to forget everything of this host."""
    if call.person:
        call.service.access.end_session(call.person)
    response = call.go_to("")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _show_join(call: Call, fault: str = "") -> Response:
    return call.show("join", fault=fault, min_chars=passwords.MIN_CHARS)


def _show_code(call: Call, invitation: str, taken: DeskInvitation, is_refused: bool) -> Response:
    label = call.service.deployment.settings.desk_label
    image = one_time_codes.enrolment_image(taken.code_secret, label)
    return call.show("code", invitation=invitation, image=image, secret=taken.code_secret, is_refused=is_refused)


def _digits(call: Call, field: str) -> str:
    """Return the digits of what was typed: people put blanks between them."""
    return "".join(filter(str.isdigit, call.form.get(field, "")))
