"""The house: what the operator set that shows on phones, from the settings and the organisation's content."""

from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.model.caller import House
from gateway.model.helper import Helper, parse_helpers
from gateway.settings import Settings
from translations import Languages


def furnished(settings: Settings, languages: Languages) -> House:
    """Raises BadInput for what is wrong in `helpers.toml`."""
    return House(
        name=settings.name,
        service_code=settings.service_code,
        hotline=settings.hotline,
        languages=tuple((language.code, language.name) for language in languages),
        zone=ZoneInfo(settings.timezone),
        approvals=settings.approvals,
        proposal_audience=settings.tuning.proposal_audience,
        free_to_dial=settings.tuning.free_to_dial,
        alert_seconds=settings.times.alert,
        alert_longest=settings.times.alert_longest,
        keep_alert=settings.times.keep_alert,
        helpers=read_helpers(settings.content_dir),
        own_quiet=settings.tuning.quiet.own,
    )


def read_helpers(content_dir: Path | None) -> tuple[Helper, ...]:
    """Whom the organisation names beside itself; nobody where there is no file. Raises BadInput."""
    path = content_dir / "helpers.toml" if content_dir else None
    return parse_helpers(path.read_text("utf-8")) if path and path.is_file() else ()
