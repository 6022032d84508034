"""How often a config entry is reloaded whose entities have to be made anew."""

from custom_components.iot_bridge.reloads import ReloadPace


def test_pace_of_reloads() -> None:
    """Ever more seldom, and as at first after some hours without any."""
    now = 1000.0
    pace = ReloadPace(lambda: now)
    reloads = []
    for now in range(1000, 1000 + 3 * 3600, 30):
        if pace.may_reload():
            reloads.append(now - 1000)
    assert reloads == [0, 30, 90, 210, 450, 930, 1890, 3810, 7410]
    now += 5 * 3600
    assert pace.may_reload()
    now += 30
    assert pace.may_reload()
