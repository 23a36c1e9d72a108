"""The sending API of the provider, as the `africastalking` SDK calls it."""

import asyncio
from collections.abc import Mapping
from secrets import compare_digest
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from gateway.simulator.message_centre import DEFAULT_SENDER, PRICE_PER_SEGMENT_KES
from gateway.simulator.network import Network
from gateway.simulator.stats import SendRequest

REQUIRED = ("username", "to", "message")
DEFAULT_BALANCE_SEGMENTS = 10_000
"""segments that the account pays for, unless a fault sets the balance"""


async def send(request: Request) -> Response:
    """Answer `POST /version1/messaging`, and count each answer by its HTTP status."""
    network: Network = request.app.state.network
    network.stats.requests += 1
    response = await respond(request, network)
    network.stats.answers[str(response.status_code)] += 1
    return response


async def user(request: Request) -> Response:
    """Answer `GET /version1/user` with the balance of the account."""
    network: Network = request.app.state.network
    await wait_latency(network)
    if network.faults.wrong_key or not has_valid_key(request, network):
        return PlainTextResponse("The supplied authentication is invalid", 401)
    left = DEFAULT_BALANCE_SEGMENTS if network.faults.balance is None else network.faults.balance
    return JSONResponse({"UserData": {"balance": f"KES {left * PRICE_PER_SEGMENT_KES:.4f}"}})


async def respond(request: Request, network: Network) -> Response:
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
    if network.faults.wrong_key or not has_valid_key(request, network):
        return PlainTextResponse("The supplied authentication is invalid", 401)
    if missing := [name for name in REQUIRED if not form.get(name)]:
        return PlainTextResponse(f"Request is missing required form field '{missing[0]}'", 400)
    if network.faults.html_instead:
        await wait_latency(network)
        return HTMLResponse("<html><body><h1>We will be back soon</h1></body></html>")
    if network.faults.text_instead:
        await wait_latency(network)
        return PlainTextResponse("Sent, probably", 201)
    return await accept_send(request, network, form)


def has_valid_key(request: Request, network: Network) -> bool:
    shown = request.headers.get("apikey", "")
    return compare_digest(shown.encode(), network.config.api_key.encode())


async def accept_send(request: Request, network: Network, form: Mapping[str, str]) -> Response:
    """Accept the call unless it is to fail; then answer unless it is to hang."""
    error = network.faults.next_error()
    hangs = error is None and network.faults.next_timeout()
    answer: dict[str, object] = {}
    if error is None or network.faults.error_taken:
        answer = await network.message_centre.accept(parse_send_request(form))
    await wait_latency(network)
    if error is not None:
        return PlainTextResponse("The service is not available", error)
    if hangs:
        await hang(request, network.faults.timeout_seconds)
        return PlainTextResponse("Gateway Timeout", 504)
    return build_response(answer, network)


def build_response(answer: dict[str, object], network: Network) -> Response:
    """Return the answer, changed or cut off where a fault is set."""
    if network.faults.empty_recipients:
        answer = {"SMSMessageData": {"Message": "", "Recipients": []}}
    response = JSONResponse(answer, 201)
    if network.faults.cut_off:
        return Response(bytes(response.body)[: len(response.body) // 2], 201, media_type="application/json")
    return response


def parse_send_request(form: Mapping[str, str]) -> SendRequest:
    numbers = [number.strip() for number in form["to"].split(",") if number.strip()]
    return SendRequest(numbers, form["message"], form.get("from") or DEFAULT_SENDER)


async def wait_latency(network: Network) -> None:
    if network.faults.latency_ms:
        await asyncio.sleep(network.faults.latency_ms / 1000)


async def hang(request: Request, seconds: float) -> None:
    """Wait until the client disconnects or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
