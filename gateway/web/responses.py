"""What every webhook answers with, and how a failure is logged."""

import logging

from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response

from gateway.errors import KeyLocked, StoreClosed
from gateway.logs import describe_error
from gateway.providers.inbound import FormattedReply

log = logging.getLogger("mwavuli.web")


def to_response(reply: FormattedReply, background: BackgroundTask | None = None) -> Response:
    return Response(reply.body, media_type=reply.media_type, background=background)


def not_found() -> Response:
    """Return the same as for any unknown path."""
    return PlainTextResponse("Not Found", status_code=404)


def log_failure(event: str, error: Exception) -> None:
    """Log a failure. A missing key and maintenance mode are logged elsewhere, once."""
    if not isinstance(error, KeyLocked | StoreClosed):
        log.error("%s: %s", event, describe_error(error))
