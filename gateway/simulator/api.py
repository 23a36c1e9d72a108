"""The JSON API of the simulator under /api/, for the page and for tests."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.simulator import faults
from gateway.simulator.config import is_number
from gateway.simulator.network import Network
from gateway.simulator.phone import Phone
from gateway.simulator.ussd import PhoneStateError

Json = dict[str, object]
Endpoint = Callable[[Request], Awaitable[Response]]


class BadRequest(Exception):
    """A request that the network cannot carry out; answered 422 with the reason."""


def get_network(request: Request) -> Network:
    network: Network = request.app.state.network
    return network


def parse_number(given: object) -> str:
    """Return a number in international form; the plus may be left out. Raises BadRequest."""
    number = "+" + str(given).strip().removeprefix("+")
    if not is_number(number):
        raise BadRequest("a phone's number looks like +254711000001")
    return number


def get_phone(request: Request) -> Phone:
    return get_network(request).phones.get(parse_number(request.path_params["msisdn"]))


async def read_body(request: Request) -> Json:
    try:
        given = await request.json()
    except ValueError:
        raise BadRequest("the body is not JSON") from None
    if not isinstance(given, dict):
        raise BadRequest("the body is a JSON object")
    return given


def text_field(body: Json, name: str, fallback: str | None = None) -> str:
    """Return a text field of a body. Raises BadRequest."""
    value = body.get(name, fallback)
    if not isinstance(value, str):
        raise BadRequest(f"{name} is a string")
    return value


async def dial(request: Request) -> Response:
    network = get_network(request)
    code = text_field(await read_body(request), "code", network.config.service_code)
    return JSONResponse((await network.ussd.dial(get_phone(request), code)).as_json())


async def press_key(request: Request) -> Response:
    text = text_field(await read_body(request), "text")
    return JSONResponse((await get_network(request).ussd.send_input(get_phone(request), text)).as_json())


async def hangup(request: Request) -> Response:
    dialogue = get_network(request).ussd.hang_up(get_phone(request))
    return JSONResponse(dialogue.as_json() if dialogue else None)


async def sms(request: Request) -> Response:
    network, body = get_network(request), await read_body(request)
    to = text_field(body, "to", network.config.shortcode)
    return JSONResponse(await network.inbound.send(get_phone(request), to, text_field(body, "text")))


async def ring_number(request: Request) -> Response:
    """Call a number; the answer of the gateway decides what the phone plays."""
    network = get_network(request)
    return JSONResponse(
        await network.inbound.ring(get_phone(request), parse_number(text_field(await read_body(request), "to")))
    )


async def opt_out(request: Request) -> Response:
    network, phone = get_network(request), get_phone(request)
    network.phones.opt_out(phone)
    return JSONResponse({"status": await network.inbound.opt_out(phone, network.config.shortcode)})


async def phone(request: Request) -> Response:
    return JSONResponse(get_phone(request).as_json())


async def phones(request: Request) -> Response:
    return JSONResponse([phone.as_json() for phone in get_network(request).phones])


async def show_phone(request: Request) -> Response:
    body = await read_body(request)
    number = parse_number(text_field(body, "msisdn"))
    shown = get_network(request).phones.show(
        number, text_field(body, "label", ""), text_field(body, "network_code", "")
    )
    return JSONResponse(shown.as_json(), 201)


async def messages(request: Request) -> Response:
    """Return the messages accepted after `since`; `oldest` shows whether earlier ones were dropped."""
    stats = get_network(request).stats
    found = [message._asdict() for message in stats.since(int_query(request, "since"))]
    oldest = stats.recent[0].seq if stats.recent else None
    return JSONResponse({"now": stats.accepted, "oldest": oldest, "messages": found})


def int_query(request: Request, name: str) -> int:
    """Return a whole number of the query, 0 if it is left out. Raises BadRequest."""
    given = request.query_params.get(name, "0")
    if not given.isdecimal():
        raise BadRequest(f"{name} is a whole number")
    return int(given)


async def stats(request: Request) -> Response:
    return JSONResponse(get_network(request).stats.as_json())


async def reset(request: Request) -> Response:
    get_network(request).reset()
    return JSONResponse({"reset": True})


async def get_faults(request: Request) -> Response:
    return JSONResponse(get_network(request).faults.as_json())


async def put_faults(request: Request) -> Response:
    """Replace all faults; a fault that is left out is switched off."""
    network = get_network(request)
    network.faults.replace(faults.parse_faults(await read_body(request)))
    return JSONResponse(network.faults.as_json())


async def events(request: Request) -> Response:
    """Return the shown phones, and the phones changed since the `now` of an earlier answer, for polling."""
    known, since = get_network(request).phones, int_query(request, "since")
    shown = [phone for phone in known if phone.shown]
    numbers = [phone.msisdn for phone in shown]
    changed = [phone.as_json() for phone in shown if phone.last_change > since]
    return JSONResponse({"now": known.change_count, "shown": numbers, "changed": changed})


async def about(request: Request) -> Response:
    config = get_network(request).config
    return JSONResponse({"service_code": config.service_code, "shortcode": config.shortcode})


async def error_response(request: Request, error: Exception) -> Response:
    """Answer 422 for a bad request, 409 for an action that the phone cannot do now."""
    answer: Json = {"error": str(error)}
    if isinstance(error, faults.BadFaults):
        answer["known"] = faults.describe_faults()
    return JSONResponse(answer, 409 if isinstance(error, PhoneStateError) else 422)


ERROR_HANDLERS = dict.fromkeys((BadRequest, faults.BadFaults, PhoneStateError), error_response)


def post_route(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


def get_route(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


ROUTES = [
    get_route("/phones", phones),
    post_route("/phones", show_phone),
    get_route("/phones/{msisdn}", phone),
    post_route("/phones/{msisdn}/dial", dial),
    post_route("/phones/{msisdn}/key", press_key),
    post_route("/phones/{msisdn}/hangup", hangup),
    post_route("/phones/{msisdn}/sms", sms),
    post_route("/phones/{msisdn}/call", ring_number),
    post_route("/phones/{msisdn}/opt-out", opt_out),
    get_route("/messages", messages),
    get_route("/stats", stats),
    post_route("/reset", reset),
    get_route("/faults", get_faults),
    Route("/faults", put_faults, methods=["PUT"]),
    get_route("/events", events),
    get_route("/about", about),
]
