"""`python -m gateway.simulator`: a network on this machine.

The secret part of the webhooks' path is read from MWAVULI_WEBHOOK_TOKEN: every account can read a command line.
"""

import argparse
import json
import logging
import os

import uvicorn

from gateway.simulator import faults
from gateway.simulator.app import create_app
from gateway.simulator.config import BadConfig, Config, is_loopback

TOKEN_VARIABLE = "MWAVULI_WEBHOOK_TOKEN"  # noqa: S105
"""the token is not on the command line, where every account of the machine could read it"""


def build_parser() -> argparse.ArgumentParser:
    given = argparse.ArgumentParser("python -m gateway.simulator", description=__doc__)
    given.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    given.add_argument("--port", type=int, default=8765)
    given.add_argument("--gateway", default=Config.gateway, help="where webhooks go, http://127.0.0.1:PORT")
    given.add_argument("--api-key", default=Config.api_key, help="the key senders must show")
    given.add_argument("--service-code", default=Config.service_code)
    given.add_argument("--shortcode", default=Config.shortcode)
    given.add_argument("--phones", default="", help="'+254711000001=Amina,+254711000002=Joyce'")
    given.add_argument("--faults", default="{}", help="JSON, as for PUT /api/faults")
    given.add_argument("--keep-messages", type=int, default=Config.keep_messages)
    given.add_argument("--sms-retry-seconds", type=float, default=Config.sms_retry_seconds)
    given.add_argument("--sms-retry-limit", type=int, default=Config.sms_retry_limit)
    given.add_argument("--report-workers", type=int, default=Config.report_workers)
    given.add_argument("--seed", type=int, default=None, help="makes shares repeatable")
    return given


def parse_phones(given: str) -> tuple[tuple[str, str], ...]:
    """Return the number and label pairs of `--phones`."""
    pairs = (entry.partition("=") for entry in given.split(",") if entry.strip())
    return tuple((number.strip(), label.strip()) for number, _, label in pairs)


def build_config(args: argparse.Namespace) -> Config:
    if not is_loopback(args.host):
        raise BadConfig("the simulator listens on this machine only: --host must be a loopback address")
    if not os.environ.get(TOKEN_VARIABLE):
        raise BadConfig(f"{TOKEN_VARIABLE} is not set: it is the secret part of the webhooks' path")
    return Config(
        gateway=args.gateway,
        token=os.environ.get(TOKEN_VARIABLE, ""),
        api_key=args.api_key,
        service_code=args.service_code,
        shortcode=args.shortcode,
        phones=parse_phones(args.phones),
        keep_messages=args.keep_messages,
        sms_retry_seconds=args.sms_retry_seconds,
        sms_retry_limit=args.sms_retry_limit,
        report_workers=args.report_workers,
        seed=args.seed,
    )


def main() -> None:
    """Run until interrupted, without access logs, because they would hold numbers."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    read = build_parser()
    args = read.parse_args()
    try:
        app = create_app(build_config(args), faults.parse_faults(json.loads(args.faults)))
    except ValueError as error:
        read.error(str(error))
    logging.getLogger("gateway.simulator").info("phones on http://%s:%d/", args.host, args.port)
    uvicorn.run(
        app,
        host=args.host,
        port=args.port,
        workers=1,  # WEB_CONCURRENCY is about our web
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
