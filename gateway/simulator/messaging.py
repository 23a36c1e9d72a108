"""The provider's sending API, as the `africastalking` SDK calls it."""

import asyncio
from collections.abc import Mapping
from secrets import compare_digest
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from gateway.simulator.exchange import DEFAULT_SENDER, PRICE
from gateway.simulator.network import Network
from gateway.simulator.stats import Call

REQUIRED = ("username", "to", "message")
FULL = 10_000
"""message parts that an account pays for while no fault says otherwise"""


async def send(request: Request) -> Response:
    """`POST /version1/messaging`; counts each answer by its HTTP status."""
    network: Network = request.app.state.network
    network.stats.calls += 1
    response = await respond(request, network)
    network.stats.answers[str(response.status_code)] += 1
    return response


async def user(request: Request) -> Response:
    """`GET /version1/user`: what the account holds."""
    network: Network = request.app.state.network
    await latency(network)
    if network.faults.wrong_key or not key_is_right(request, network):
        return PlainTextResponse("The supplied authentication is invalid", 401)
    left = FULL if network.faults.balance is None else network.faults.balance
    return JSONResponse({"UserData": {"balance": f"KES {left * PRICE:.4f}"}})


async def respond(request: Request, network: Network) -> Response:
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
    if network.faults.wrong_key or not key_is_right(request, network):
        return PlainTextResponse("The supplied authentication is invalid", 401)
    if missing := [name for name in REQUIRED if not form.get(name)]:
        return PlainTextResponse(f"Request is missing required form field '{missing[0]}'", 400)
    if network.faults.html_instead:
        await latency(network)
        return HTMLResponse("<html><body><h1>We will be back soon</h1></body></html>")
    if network.faults.text_instead:
        await latency(network)
        return PlainTextResponse("Sent, probably", 201)
    return await accept(request, network, form)


def key_is_right(request: Request, network: Network) -> bool:
    shown = request.headers.get("apikey", "")
    return compare_digest(shown.encode(), network.config.api_key.encode())


async def accept(request: Request, network: Network, form: Mapping[str, str]) -> Response:
    """Take the call, unless it is to fail; then answer, unless it is to hang."""
    error = network.faults.next_error()
    hangs = error is None and network.faults.next_timeout()
    answer: dict[str, object] = {}
    if error is None or network.faults.error_taken:
        answer = await network.exchange.take(call_of(form))
    await latency(network)
    if error is not None:
        return PlainTextResponse("The service is not available", error)
    if hangs:
        await hang(request, network.faults.timeout_seconds)
        return PlainTextResponse("Gateway Timeout", 504)
    return said(answer, network)


def said(answer: dict[str, object], network: Network) -> Response:
    """The answer, as whole as the faults leave it."""
    if network.faults.empty_recipients:
        answer = {"SMSMessageData": {"Message": "", "Recipients": []}}
    response = JSONResponse(answer, 201)
    if network.faults.cut_off:
        return Response(bytes(response.body)[: len(response.body) // 2], 201, media_type="application/json")
    return response


def call_of(form: Mapping[str, str]) -> Call:
    numbers = [number.strip() for number in form["to"].split(",") if number.strip()]
    return Call(numbers, form["message"], form.get("from") or DEFAULT_SENDER)


async def latency(network: Network) -> None:
    if network.faults.latency_ms:
        await asyncio.sleep(network.faults.latency_ms / 1000)


async def hang(request: Request, seconds: float) -> None:
    """Say nothing until the caller gives up or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
