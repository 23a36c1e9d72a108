"""Build the organisation profile, which phones show, from the settings and the organisation's content."""

from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.errors import BadInput
from gateway.model.helper import ANSWERING_KINDS, Helper, parse_helpers
from gateway.model.hours import WEEK_MINUTES, WeeklyHours
from gateway.model.profile import OrganisationProfile
from gateway.model.tariff import MILLS_PER_UNIT, Carrier, Tariff
from gateway.settings import Network, Settings, Tuning
from translations import Languages

ALL_WEEK = (0, WEEK_MINUTES)


def build_profile(settings: Settings, languages: Languages) -> OrganisationProfile:
    """Return the organisation profile. Raises BadInput for an error in `helpers.toml` or in any hours."""
    return OrganisationProfile(
        name=settings.name,
        service_code=settings.service_code,
        hotline=settings.hotline,
        hotline_hours=parse_hotline_hours(settings),
        languages=tuple((language.code, language.name) for language in languages),
        zone=ZoneInfo(settings.timezone),
        approvals=settings.approvals,
        proposal_audience=settings.tuning.proposal_audience,
        free_to_dial=settings.tuning.free_to_dial,
        alert_duration_s=settings.times.alert,
        max_alert_duration_s=settings.times.max_alert,
        alert_retention_s=settings.times.keep_alert,
        same_alert_s=settings.times.same_alert,
        helpers=read_helpers(settings.content_dir),
        tariff=build_tariff(settings.tuning),
        translators=tuple(language.translator for language in languages),
        police=settings.tuning.police,
        contacts_pause_s=settings.times.contacts_pause,
        region=settings.region,
        people_hear_after_s=settings.times.safe_call_reminder + settings.times.safe_call_grace,
        night_hours=settings.tuning.quiet.night_hours,
    )


def parse_hotline_hours(settings: Settings) -> WeeklyHours | None:
    """Return when a person answers at the hotline. Raises BadInput."""
    try:
        return WeeklyHours.parse(settings.hotline_hours) if settings.hotline_hours else None
    except BadInput as error:
        raise BadInput(f"MWAVULI_HOTLINE_HOURS: {error}") from None


def read_helpers(content_dir: Path | None) -> tuple[Helper, ...]:
    """Return the helpers outside the organisation; none where there is no file. Raises BadInput."""
    path = content_dir / "helpers.toml" if content_dir else None
    return parse_helpers(path.read_text("utf-8")) if path and path.is_file() else ()


def names_somebody_to_ask(settings: Settings) -> bool:
    """Whether a caller who reads "Ask us" has somebody to ask: a hotline, or peers or a lawyer with a phone.

    A police station or a consulate in `helpers.toml` is nobody to ask about rights. Raises BadInput.
    """
    helpers = read_helpers(settings.content_dir)
    return bool(settings.hotline) or any(one.phone and one.kind in ANSWERING_KINDS for one in helpers)


def build_tariff(tuning: Tuning) -> Tariff:
    """Return the prices and networks of the settings. Raises BadInput."""
    prices = {
        prefix: round(price * MILLS_PER_UNIT)
        for name, price in tuning.prices.to.items()
        for prefix in (tuning.networks[name].prefixes if name in tuning.networks else (name,))
    }
    carriers = {name: _build_carrier(name, network) for name, network in tuning.networks.items()}
    by_prefix = {p: carriers[name] for name, network in tuning.networks.items() for p in network.prefixes}
    limited = tuple(carrier for carrier in carriers.values() if carrier.delivery_hours)
    return Tariff(tuning.prices.currency, round(tuning.prices.default * MILLS_PER_UNIT), prices, by_prefix, limited)


def _build_carrier(name: str, network: Network) -> Carrier:
    """Return a carrier. Hours without days apply to every day; a transactional sender has no hours."""
    try:
        hours = WeeklyHours.parse(network.hours if network.hours[:1].isalpha() else f"Daily {network.hours}")
    except BadInput as error:
        raise BadInput(f"MWAVULI_SETTINGS: networks.{name}.hours: {error}") from None
    limited = network.sender == "promotional" and hours.edges != ALL_WEEK
    return Carrier(name, hours if limited else None, network.footer)
