"""The web's service on top of the deployment, and the apology for callers while the deployment is closed."""

from dataclasses import dataclass

from gateway.content import build_lexicon, load_languages
from gateway.deployment import Deployment, DeploymentLoader
from gateway.settings import Settings
from gateway.store.commands import CommandRunner
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
        return apology_text(self.settings.hotline, self._languages.default.translator)

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
