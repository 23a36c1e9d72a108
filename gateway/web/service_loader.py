"""The web's service on top of the deployment, and the apology for callers while the deployment is closed."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.content import build_lexicon, load_languages
from gateway.deployment import Deployment, DeploymentLoader
from gateway.errors import BadInput
from gateway.profile import parse_hotline_hours
from gateway.settings import Settings
from gateway.store.commands import CommandRunner
from gateway.text.hotline import answers_from_text
from gateway.text.translator import Translator
from gateway.text.wording import apology_text
from gateway.turns.delivery_reports import DeliveryReportHandler, OptOutHandler
from gateway.turns.missed_calls import MissedCallHandler
from gateway.turns.sms import SmsHandler
from gateway.turns.ussd import UssdHandler
from jobs.notify import Notifier


@dataclass(frozen=True)
class Service:
    """Everything that a webhook calls."""

    deployment: Deployment
    ussd: UssdHandler
    sms: SmsHandler
    delivery_reports: DeliveryReportHandler
    opt_outs: OptOutHandler
    missed_calls: MissedCallHandler
    notifier: Notifier
    command_runner: CommandRunner


class ServiceLoader(DeploymentLoader[Service]):
    """Opens the service. `apology` is the reply to callers while it is closed."""

    def __init__(self, settings: Settings):
        super().__init__(lambda: settings, _build_service, "the service is locked, callers read an apology")
        self.settings = settings
        self._languages = load_languages(settings)
        build_lexicon(self._languages)  # it takes a second and is kept: neither a call nor a text waits for it

    @property
    def apology(self) -> str:
        """What a phone reads where nothing else can be answered."""
        if (service := self.service) is not None:
            self._languages = service.deployment.languages
        _ = self._languages.default.translator
        return apology_text(self.settings.hotline, self._answers_from(_), _)

    def _answers_from(self, _: Translator) -> str:
        """Return from when the hotline is answered, where that is later. Wrong hours count as none."""
        with suppress(BadInput):
            here = datetime.now(ZoneInfo(self.settings.timezone))
            return answers_from_text(self.settings.hotline, parse_hotline_hours(self.settings), here, _)
        return ""

    @property
    def service(self) -> Service | None:
        return self.opened


def _build_service(deployment: Deployment) -> Service:
    return Service(
        deployment,
        UssdHandler(deployment),
        SmsHandler(deployment),
        DeliveryReportHandler(deployment),
        OptOutHandler(deployment),
        MissedCallHandler(deployment),
        Notifier(deployment.store.create_rq_client()),
        deployment.store.create_async_runner(),
    )
