"""A RapidSMS project as its tutorial makes one, with one keyword. Run by a Python of its own."""

import os

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "rapid_urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DB"], "OPTIONS": {"timeout": 20}}
}
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "rapidsms",
    "rapidsms.contrib.handlers",
]  # fmt: skip
RAPIDSMS_ROUTER = "rapidsms.router.blocking.BlockingRouter"
INSTALLED_BACKENDS = {
    "carrier": {"ENGINE": "rapidsms.backends.kannel.KannelBackend", "sendsms_url": os.environ["PEER_CARRIER"]}
}
RAPIDSMS_HANDLERS = ["rapid_join.Join"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
