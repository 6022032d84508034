"""Countries with dial codes and regions."""

import re

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    COUNTRIES,
    REGIONS,
    Country,
)
from homeassistant.generated.countries import COUNTRIES as KNOWN_COUNTRIES


def test_every_country_is_there() -> None:
    assert set(COUNTRIES) == KNOWN_COUNTRIES
    assert list(COUNTRIES) == sorted(COUNTRIES)


def test_form() -> None:
    for country in COUNTRIES.values():
        assert re.fullmatch(r"\+[1-9][0-9]{0,3}", country.dial_code)
        assert country.region in REGIONS


@pytest.mark.parametrize(
    ("code", "dial_code", "region"),
    [
        ("CN", "+86", "cn"),
        ("HK", "+852", "as"),
        ("TW", "+886", "as"),
        ("JP", "+81", "as"),
        ("IN", "+91", "as"),
        ("US", "+1", "us"),
        ("BR", "+55", "us"),
        ("JM", "+1876", "us"),
        ("DE", "+49", "eu"),
        ("GB", "+44", "eu"),
        ("RU", "+7", "eu"),
        ("ZA", "+27", "eu"),
        ("IL", "+972", "eu"),
        ("SA", "+966", "eu"),
        ("AU", "+61", "eu"),
    ],
)
def test_examples(code: str, dial_code: str, region: str) -> None:
    assert COUNTRIES[code] == Country(dial_code, region)
