"""The simulator's own JSON API under /api/, for the page and for tests."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.simulator import faults
from gateway.simulator.msisdn import is_number
from gateway.simulator.network import Network
from gateway.simulator.phone import Phone
from gateway.simulator.ussd import NotNow

Json = dict[str, object]
Endpoint = Callable[[Request], Awaitable[Response]]


class Unusable(Exception):
    """A request that says nothing the network could do; answered 422 with the reason."""


def network_of(request: Request) -> Network:
    network: Network = request.app.state.network
    return network


def number_of(given: object) -> str:
    """A number in international form; the plus may be left out."""
    number = "+" + str(given).strip().removeprefix("+")
    if not is_number(number):
        raise Unusable("a phone's number looks like +254711000001")
    return number


def phone_of(request: Request) -> Phone:
    return network_of(request).phones.get(number_of(request.path_params["msisdn"]))


async def body_of(request: Request) -> Json:
    try:
        given = await request.json()
    except ValueError:
        raise Unusable("the body is not JSON") from None
    if not isinstance(given, dict):
        raise Unusable("the body is a JSON object")
    return given


def words(body: Json, name: str, default: str | None = None) -> str:
    """A text field of a body."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Unusable(f"{name} is a string")
    return value


async def dial(request: Request) -> Response:
    network = network_of(request)
    code = words(await body_of(request), "code", network.config.service_code)
    return JSONResponse((await network.ussd.dial(phone_of(request), code)).as_json())


async def key(request: Request) -> Response:
    text = words(await body_of(request), "text")
    return JSONResponse((await network_of(request).ussd.key(phone_of(request), text)).as_json())


async def hangup(request: Request) -> Response:
    dialogue = network_of(request).ussd.hang_up(phone_of(request))
    return JSONResponse(dialogue.as_json() if dialogue else None)


async def sms(request: Request) -> Response:
    network, body = network_of(request), await body_of(request)
    to = words(body, "to", network.config.shortcode)
    return JSONResponse(await network.inbound.send(phone_of(request), to, words(body, "text")))


async def call(request: Request) -> Response:
    """Ring a number; what the gateway answers decides whether the phone hears anything."""
    network = network_of(request)
    return JSONResponse(await network.inbound.call(phone_of(request), number_of(words(await body_of(request), "to"))))


async def opt_out(request: Request) -> Response:
    network, phone = network_of(request), phone_of(request)
    network.phones.opt_out(phone)
    return JSONResponse({"status": await network.inbound.opt_out(phone, network.config.shortcode)})


async def phone(request: Request) -> Response:
    return JSONResponse(phone_of(request).as_json())


async def phones(request: Request) -> Response:
    return JSONResponse([phone.as_json() for phone in network_of(request).phones])


async def show_phone(request: Request) -> Response:
    body = await body_of(request)
    number = number_of(words(body, "msisdn"))
    shown = network_of(request).phones.show(number, words(body, "label", ""), words(body, "network_code", ""))
    return JSONResponse(shown.as_json(), 201)


async def messages(request: Request) -> Response:
    """Messages taken after `since`; `oldest` tells whether some were missed."""
    stats = network_of(request).stats
    found = [message._asdict() for message in stats.since(whole(request, "since"))]
    oldest = stats.ring[0].seq if stats.ring else None
    return JSONResponse({"now": stats.accepted, "oldest": oldest, "messages": found})


def whole(request: Request, name: str) -> int:
    """A whole number in the query, 0 if it is left out."""
    given = request.query_params.get(name, "0")
    if not given.isdecimal():
        raise Unusable(f"{name} is a whole number")
    return int(given)


async def stats(request: Request) -> Response:
    return JSONResponse(network_of(request).stats.as_json())


async def reset(request: Request) -> Response:
    network_of(request).reset()
    return JSONResponse({"reset": True})


async def get_faults(request: Request) -> Response:
    return JSONResponse(network_of(request).faults.as_json())


async def put_faults(request: Request) -> Response:
    """Replace all faults: what is left out is well again."""
    network = network_of(request)
    network.faults.replace(faults.read(await body_of(request)))
    return JSONResponse(network.faults.as_json())


async def events(request: Request) -> Response:
    """For polling: the shown phones, and those changed since the `now` of an earlier answer."""
    known, since = network_of(request).phones, whole(request, "since")
    shown = [phone for phone in known if phone.shown]
    numbers = [phone.msisdn for phone in shown]
    changed = [phone.as_json() for phone in shown if phone.changed > since]
    return JSONResponse({"now": known.changes, "shown": numbers, "changed": changed})


async def about(request: Request) -> Response:
    config = network_of(request).config
    return JSONResponse({"service_code": config.service_code, "shortcode": config.shortcode})


async def refuse(request: Request, error: Exception) -> Response:
    """422 for what makes no sense, 409 for what the phone cannot do now."""
    answer: Json = {"error": str(error)}
    if isinstance(error, faults.BadFaults):
        answer["known"] = faults.known()
    return JSONResponse(answer, 409 if isinstance(error, NotNow) else 422)


REFUSALS = dict.fromkeys((Unusable, faults.BadFaults, NotNow), refuse)


def post(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


def get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


ROUTES = [
    get("/phones", phones),
    post("/phones", show_phone),
    get("/phones/{msisdn}", phone),
    post("/phones/{msisdn}/dial", dial),
    post("/phones/{msisdn}/key", key),
    post("/phones/{msisdn}/hangup", hangup),
    post("/phones/{msisdn}/sms", sms),
    post("/phones/{msisdn}/call", call),
    post("/phones/{msisdn}/opt-out", opt_out),
    get("/messages", messages),
    get("/stats", stats),
    post("/reset", reset),
    get("/faults", get_faults),
    Route("/faults", put_faults, methods=["PUT"]),
    get("/events", events),
    get("/about", about),
]
