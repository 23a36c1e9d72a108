"""What the pages of the desk call, opened with the key, and closed when the key goes."""

from dataclasses import dataclass

from gateway.content import load_languages
from gateway.deployment import Deployment, DeploymentLoader
from gateway.desk.access import Access, desk_path
from gateway.desk.pages import Pages
from gateway.settings import Settings
from translations import Languages


@dataclass(frozen=True)
class DeskService:
    """The deployment, the access to the desk, its pages, and the phones' words with all their accents."""

    deployment: Deployment
    access: Access
    pages: Pages
    languages: Languages


def desk_loader(settings: Settings) -> DeploymentLoader[DeskService]:
    """Return the loader of the service. Raises BadInput for languages that cannot be read."""
    languages = load_languages(settings, for_paper=True)

    def build(deployment: Deployment) -> DeskService:
        names = {language.code: language.name for language in languages}
        pages = Pages(names, settings.desk_label, desk_path(deployment.store.vault))
        return DeskService(deployment, Access(deployment.store), pages, languages)

    return DeploymentLoader(lambda: settings, build, "the desk is closed")
