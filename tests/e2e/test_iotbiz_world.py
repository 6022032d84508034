"""What the demo's machines measure, what they keep, and what the demo tells of IoTBiz."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulators.iotbiz import IotbizSimulator, SimulatedAgent

from .iotbiz import CUSTOMER, IotbizService
from .iotbiz_machines import Machine
from .iotbiz_memory import Memory
from .iotbiz_platform import DEVICE, IotbizPlatformService
from .iotbiz_reporter import CommandReporter, PlatformReporter
from .iotbiz_workshop import COMPRESSOR, FORKLIFT, LATHE, PRESS, SILO, measure

# The first of January 2026, 00:00 UTC
BEGIN = 1_767_225_600
DAY = 86_400

ONLINE = {"agentStatus": "online", "programStatus": "up"}


def day_of(machine: str) -> list[dict[str, Any]]:
    """Return what a machine measures in a day, minute by minute."""
    return [measure(machine, second) for second in range(BEGIN, BEGIN + DAY, 60)]


def test_measures_are_believable() -> None:
    """Numbers stay where they belong."""
    press = day_of(PRESS)
    assert all(35 < one["temperature"] < 52 for one in press)
    assert all(0 <= one["strokes"] < 21_600 for one in press)
    assert all(1390 < one["motor"]["rpm"] < 1450 for one in press)
    assert len({one["order"] for one in press}) == 3
    silo = day_of(SILO)
    assert all(20 <= one["fill_level"] <= 90 for one in silo)
    assert all(4 < one["weight"] < 22 for one in silo)
    assert 0 < sum(one["filling"] for one in silo) < len(silo) / 5
    assert all(750 < one["spindle"]["speed"] < 890 for one in day_of(LATHE))
    assert all(30 < one["battery"] <= 95 for one in day_of(FORKLIFT))
    assert all(6 < one["pressure"] < 9 for one in day_of(COMPRESSOR))


@pytest.mark.parametrize("machine", [PRESS, SILO, LATHE, FORKLIFT, COMPRESSOR])
def test_keys_and_kinds_stay(machine: str) -> None:
    """Whether its program runs or not: each value has one entity."""

    def kinds(measured: dict[str, Any]) -> dict[str, type]:
        return {key: type(value) for key, value in measured.items()}

    stopped = kinds(measure(machine, BEGIN, is_running=False))
    assert all(kinds(one) == stopped for one in day_of(machine))


def test_stopped_machine_does_not_work() -> None:
    """The motor stands still."""
    assert measure(PRESS, BEGIN, is_running=False)["motor"] == {"rpm": 0, "load": 0}


def test_passwords_are_kept(tmp_path: Path) -> None:
    """In a file that nobody else can read."""
    Memory(tmp_path / "house").keep(PRESS, "word")
    [kept] = (tmp_path / "house").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600

    memory = Memory(tmp_path / "house")

    assert (memory.get(PRESS), memory.get(SILO)) == ("word", "")
    assert IotbizService(memory).press.agent.password == "word"


def test_secret_is_noted_down(tmp_path: Path) -> None:
    """When the config flow shows it, and also for the next run."""
    service = IotbizService(Memory(tmp_path))
    secrets = [service.private.secret]
    for shown in ({"host": "h"}, {"secret": "word"}, None):
        service.see({"type": "form", "description_placeholders": shown})
        secrets.append(service.private.secret)

    assert secrets == [None, None, "word", "word"]
    assert IotbizService(Memory(tmp_path)).private.secret == "word"


def test_titles_are_told_apart(tmp_path: Path) -> None:
    """Of Home Assistant as the platform, and as a device of one."""
    memory = Memory(tmp_path)
    services = IotbizService(memory), IotbizPlatformService(memory, None)
    titles = ("IoTBiz", "IoTBiz (127.0.0.1)", "WoTKit")
    owners = [[one.is_entry(title) for one in services] for title in titles]
    assert owners == [[True, False], [False, True], [False, False]]
    # Without a broker Home Assistant cannot be a device.
    assert services[1].answers == ()


def test_commands_are_told_once(tmp_path: Path) -> None:
    """What Home Assistant tells a machine."""
    machine = Machine(SimulatedAgent("", CUSTOMER, PRESS), Memory(tmp_path), None)
    reporter = CommandReporter(machine)
    machine.agent.received += [("topic", b"stop"), ("topic", b'{"lamp": "on"}')]

    told = list(reporter.lines())

    assert told == [
        ("Press is told by Home Assistant: stop", "stop"),
        ('Press is told by Home Assistant: {"lamp": "on"}', '{"lamp": "on"}'),
    ]
    assert list(reporter.lines()) == []


@pytest.mark.asyncio
async def test_rows_are_told_now_and_then() -> None:
    """Only the latest; the platform keeps no others."""
    platform = IotbizSimulator()
    device = await platform.add_device(DEVICE, "acme")
    reporter = PlatformReporter(platform, DEVICE)
    assert list(reporter.lines(0)) == []
    platform.add_row(DEVICE, {**ONLINE, "sensor.power": 1})
    values = {"sensor.power": 2.5, "switch.hall": False, "lock.door": None}
    platform.add_row(DEVICE, {**ONLINE, **values})

    told = list(reporter.lines(1))

    has = "The IoTBiz platform has from Home Assistant:"
    assert told == [f"{has} power 2.5; hall off; door not known"]
    assert len(device.rows) == 1
    assert list(reporter.lines(40)) == []
    platform.add_row(DEVICE, {"agentStatus": "offline", "programStatus": "down"})
    assert list(reporter.lines(41)) == [f"{has} that it goes"]
    platform.add_row(DEVICE, ONLINE)
    assert list(reporter.lines(75)) == [f"{has} that it is there"]
    platform.add_row(DEVICE, {**ONLINE, "switch.hall": True})
    assert list(reporter.lines(76)) == []
    assert list(reporter.lines(110)) == [f"{has} hall on"]
