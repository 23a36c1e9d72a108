"""A plain Flask handler with Redis, as the network's own examples have it: a session read, a key looked at, written.

Run by a Python of its own, which has only flask, gunicorn and redis; nothing of ours.
"""

import json
import os
from typing import Any

import redis  # type: ignore[import-untyped,unused-ignore]
from flask import Flask, Response, request  # type: ignore[import-not-found,unused-ignore]

WARDS = json.loads(os.environ["PEER_WARDS"])
LANGUAGES = {"1": "en", "2": "sw"}
app = Flask(__name__)
store: Any = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


def step(session: dict[str, str], key: str, phone: str) -> str:
    """Return the next screen, and update `session`."""
    at = session.get("at", "")
    if not at:
        session["at"] = "language"
        return "1. English\n2. Kiswahili"
    if at == "language":
        session.update(at="main", lang=LANGUAGES.get(key, "en"))
        return "1. Alerts near me\n2. Health\n3. My rights"
    if at == "main":
        session["at"] = "alerts"
        return "1. Get alerts\n0. Back"
    if at == "alerts":
        session["at"] = "letters"
        return "First letters of your area"
    if at == "letters":
        session.update(at="found", ward=next((ward for ward in WARDS if ward.lower().startswith(key)), "?"))
        return f"1. {session['ward']}\n0. Back"
    if at == "found":
        session["at"] = "about"
        return f"{session['ward']}: texts may be seen by others.\n98. More"
    if at == "about":
        session["at"] = "ask"
        return "You can leave at any time.\n1. Yes, join\n0. No"
    if at == "ask":
        session["at"] = "joined"
        store.hset(f"flask:sub:{phone}", session["ward"], session["lang"])
        return f"You get alerts for {session['ward']}.\n1. One more\n0. Home"
    session["at"] = "alerts" if at == "joined" else "main"
    return f"{session['ward']} is yours.\n1. Get alerts\n0. Back"


@app.post("/ussd")
def ussd() -> Response:
    name = f"flask:{request.form['sessionId']}"
    session = json.loads(store.get(name) or "{}")
    screen = step(session, request.form["text"].rpartition("*")[2], request.form["phoneNumber"])
    store.set(name, json.dumps(session), ex=600)
    return Response(f"CON {screen}", mimetype="text/plain")
