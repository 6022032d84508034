"""What devices measure is called after their own keys, in words."""

import pytest

from custom_components.iot_bridge.bridges.iotbiz.entity_names import name_of


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("att1", "Att1"),
        ("tank.level", "Tank level"),
        ("tank.fillLevel", "Tank fill level"),
        ("fill_level-of tank", "Fill level of tank"),
        ("RSSI", "RSSI"),
        ("wifiRSSI", "Wifi RSSI"),
        ("RSSIOfModem", "RSSI of modem"),
        ("pm2.5", "Pm2.5"),
        ("a.b.c", "A b c"),
        (".hidden.", "Hidden"),
        ("Temperature", "Temperature"),
        ("temperatureC", "Temperature C"),
        ("größe", "Größe"),
        ("...", "..."),
        ("_", "_"),
        ("🔥", "🔥"),
    ],
)
def test_name(key: str, name: str) -> None:
    """Words are separated, abbreviations stay; there is always a name."""
    assert name_of(key) == name
