"""Features that an organisation may turn on beyond warnings, rights and referrals. Each is off until then.

A capability declares its feature beside its records. Its page of risks is `gateway/cli/risks/<name>.txt`.
"""

from typing import ClassVar

import msgspec

from gateway.errors import BadInput


class Feature(str):
    """The name of a feature. `needs`: the feature without which it cannot work."""

    needs: "Feature | None"
    _by_name: ClassVar[dict[str, "Feature"]] = {}

    def __new__(cls, name: str, needs: "Feature | None" = None) -> "Feature":
        feature = super().__new__(cls, name)
        feature.needs = needs
        cls._by_name[name] = feature
        return feature

    @classmethod
    def all(cls) -> tuple["Feature", ...]:
        """Return the features of every capability that is imported, by name."""
        return tuple(cls._by_name[name] for name in sorted(cls._by_name))

    @classmethod
    def named(cls, name: str) -> "Feature":
        """Return the feature of that name. Raises BadInput where there is none."""
        if name not in cls._by_name:
            raise BadInput(f"no feature is called {name}; there are {', '.join(cls.all())}")
        return cls._by_name[name]


class FeatureSwitch(msgspec.Struct, frozen=True, omit_defaults=True):
    """The switch of a feature that is on. Dates in Unix seconds."""

    enabled_by: str
    """the person who read its page of risks"""
    enabled_at: int
    lawyer: str = ""
    """the lawyer whose opinion was requested; empty: none yet"""
