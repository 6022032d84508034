"""Each method against a simulated server."""

from datetime import timedelta
import math
from typing import Literal

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    AlreadyExistsError,
    Category,
    Device,
    GatewayError,
    GatewayTimeoutError,
    InvalidDataError,
    Location,
    NotFoundError,
    PlanExceededError,
    Point,
    Site,
    StatusValue,
    ThingplusClient,
)
from tests.simulators.thingplus import (
    SENSOR_TYPES,
    Limits,
    Sample,
    ThingplusSimulator,
    sensor_id,
)
from tests.simulators.thingplus.vocabulary import DurationSpelling, Spelling

from .world import NEW_DEVICE, NEW_GATEWAY, NEW_SENSOR, now, registered

MINUTE = timedelta(minutes=1)


# Reading


async def test_sites(client: ThingplusClient) -> None:
    assert await client.sites() == [Site(id="1", name="default")]


async def test_gateways(client: ThingplusClient, sample: Sample) -> None:
    (gateway,) = await client.gateways()
    assert (gateway.id, gateway.name) == (sample.gateway.id, "Greenhouse")
    assert (gateway.site_id, gateway.report_interval) == ("1", 300)
    assert gateway.location == Location(
        latitude=37.5, longitude=127.03, address="Seoul"
    )
    assert gateway.status is not None
    assert (gateway.status.value, gateway.status.expires) == (StatusValue.ON, None)
    assert gateway.devices == tuple(
        Device(id=device.id, name=device.name, model=device.model)
        for device in (sample.climate, sample.control)
    )
    assert await client.gateway(gateway.id) == gateway


@pytest.mark.parametrize("form", ["string", "number"])
async def test_report_interval(
    client: ThingplusClient,
    server: ThingplusSimulator,
    sample: Sample,
    form: Literal["string", "number"],
) -> None:
    server.report_interval_as = form
    server.set_report_interval(sample.gateway.id, 60_000)
    assert (await client.gateway(sample.gateway.id)).report_interval == 60


async def test_sensors(client: ThingplusClient, sample: Sample) -> None:
    sensors = {one.type: one for one in await client.sensors(sample.gateway.id)}
    values = {kind: one.series and one.series.value for kind, one in sensors.items()}
    assert values == {
        "temperature": "21.5",
        "humidity": "55.0",
        "light": "12000",
        "soilMoisture": "30.5",
        "accelerometer": {"x": "0.01", "y": "-0.02", "z": "0.98"},
        "door": "0",
        "powerControllerState": "2",
        "location": {"lat": "37.5", "lng": "127.03", "alt": "25"},
        "powerSwitch": None,
        "rgbLed": None,
    }
    actuators = {
        kind for kind, one in sensors.items() if one.category is Category.ACTUATOR
    }
    assert actuators == {"powerSwitch", "rgbLed"}
    assert sensors["location"].device_id is None
    assert sensors["door"].device_id == sample.control.id
    statuses = {one.status and one.status.value for one in sensors.values()}
    assert statuses == {StatusValue.ON}


async def test_status_that_expires(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    server.report_status(sensor_id("door"), "err", 450)
    sensors = {one.type: one for one in await client.sensors(sample.gateway.id)}
    status = sensors["door"].status
    assert status is not None
    assert status.value is StatusValue.ERROR
    assert status.time is not None
    assert status.expires == status.time + timedelta(seconds=450)


async def test_sensor_types(client: ThingplusClient) -> None:
    types = await client.sensor_types()
    assert types.keys() == SENSOR_TYPES.keys()
    assert (types["temperature"].unit, types["temperature"].decimals) == ("°C", 1)
    assert types["door"].values == ("0", "1")
    assert types["door"].display_values == ("closed", "opened")
    assert types["led"].category is Category.ACTUATOR
    assert types["led"].commands == {
        "on": ("duration",),
        "blink": ("duration", "interval"),
        "off": (),
    }
    for kind in types.values():
        assert kind.commands.keys() == SENSOR_TYPES[kind.id].commands.keys()


async def test_gateway_model(client: ThingplusClient) -> None:
    model = await client.gateway_model("52")
    assert (model.id, model.report_interval) == ("52", 300)
    (device,) = model.device_models
    assert (device.id, device.most) == ("open-api-device-v1.0", 99)
    temperature = {one.type: one for one in device.sensors}["temperature"]
    assert (temperature.model, temperature.driver) == ("openApiTemp", "openApiSensor")
    with pytest.raises(NotFoundError):
        await client.gateway_model("4711")


@pytest.mark.parametrize("sends_meta", [True, False])
async def test_thousands(
    client: ThingplusClient,
    server: ThingplusSimulator,
    sample: Sample,
    sends_meta: bool,
) -> None:
    server.sends_meta = sends_meta
    for number in range(1990):
        server.add_sensor(sample.gateway.id, f"more-{number}", "x", "temperature")
    sensors = await client.sensors(sample.gateway.id)
    assert len({sensor.id for sensor in sensors}) == len(sensors) == 2000


@pytest.mark.parametrize("gateway_id", ["gone", "a/../b", "?"])
async def test_what_is_not_there(client: ThingplusClient, gateway_id: str) -> None:
    for work in (
        client.gateway(gateway_id),
        client.sensors(gateway_id),
        client.control(gateway_id, "x", "on"),
        client.create_device(gateway_id, NEW_DEVICE, name="x", model="y"),
        client.set_gateway_status(gateway_id, StatusValue.ON, 450),
        client.send_points(gateway_id, "x", [Point(value="1", time=now())]),
    ):
        with pytest.raises(NotFoundError):
            await work


async def test_history(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    start = now() - timedelta(days=30)
    server.report_values(
        sensor_id("humidity"),
        [
            (float(minute), (start + minute * MINUTE).timestamp())
            for minute in range(25_000)
        ],
    )
    points = await client.history(
        sample.gateway.id,
        sensor_id("humidity"),
        start + 2 * MINUTE,
        start + 24_000 * MINUTE,
    )
    numbers = [float(str(point.value)) for point in points]
    assert numbers == [float(minute) for minute in range(2, 24_000)]
    assert points[0].time == start + 2 * MINUTE
    asked = [one for one in server.requests if one.path.endswith("/series")]
    assert len(asked) == math.ceil(24_000 / 10_080)


async def test_no_history(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    server.add_sensor(sample.gateway.id, "new", "New", "temperature")
    for name in ("new", sensor_id("powerSwitch")):
        points = await client.history(
            sample.gateway.id, name, now() - timedelta(days=1), now()
        )
        assert points == []


# Commands


async def test_command(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    options = {"red": 1, "green": 2, "blue": 255}
    await client.control(sample.gateway.id, sensor_id("rgbLed"), "on", options)
    await client.control(sample.gateway.id, sensor_id("powerSwitch"), "off")
    done = [(one.actuator_id, one.cmd, one.options) for one in server.commands]
    assert done == [
        (sensor_id("rgbLed"), "on", options),
        (sensor_id("powerSwitch"), "off", {}),
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [("no_answer", GatewayTimeoutError), ("error", GatewayError)],
)
async def test_gateway_in_trouble(
    client: ThingplusClient,
    server: ThingplusSimulator,
    sample: Sample,
    answer: Literal["no_answer", "error"],
    error: type[GatewayError],
) -> None:
    sample.gateway.control_answer = answer
    with pytest.raises(GatewayError) as caught:
        await client.control(sample.gateway.id, sensor_id("powerSwitch"), "on")
    assert type(caught.value) is error
    assert not server.commands


async def test_wrong_command(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    with pytest.raises(InvalidDataError) as caught:
        await client.control(sample.gateway.id, sensor_id("powerSwitch"), "dance")
    assert caught.value.code == "INVALID_INPUT"
    assert caught.value.reason
    assert len(server.faults) == 1
    server.faults.clear()


# Registering and reporting


@pytest.mark.parametrize("spelling", ["either", "id", "reqId"])
async def test_registering(
    client: ThingplusClient, server: ThingplusSimulator, spelling: Spelling
) -> None:
    server.gateway_id_spelling = spelling
    await registered(client)
    gateway = await client.gateway(NEW_GATEWAY)
    assert (gateway.name, gateway.model, gateway.site_id) == (
        "Home Assistant",
        "52",
        "1",
    )
    assert gateway.devices == (
        Device(id=NEW_DEVICE, name="Kitchen", model="open-api-device-v1.0"),
    )
    (sensor,) = await client.sensors(NEW_GATEWAY)
    assert (sensor.id, sensor.name, sensor.type) == (NEW_SENSOR, "Oven", "temperature")
    assert (sensor.device_id, sensor.status, sensor.series) == (NEW_DEVICE, None, None)


async def test_registering_what_is_there(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample
) -> None:
    with pytest.raises(AlreadyExistsError):
        await client.register_gateway(
            sample.gateway.id, site_id="1", model="52", name="x"
        )
    # Only somebody who has forgotten what there is does so.
    assert len(server.faults) == 1
    server.faults.clear()


@pytest.mark.parametrize("limit", ["gateways", "devices", "sensors"])
async def test_plan(
    client: ThingplusClient, server: ThingplusSimulator, sample: Sample, limit: str
) -> None:
    server.limits = Limits(**{limit: 0})
    with pytest.raises(PlanExceededError):
        await registered(client)


async def test_what_takes_a_while(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    server.settle_seconds = 6
    await client.register_gateway(NEW_GATEWAY, site_id="1", model="52", name="x")
    with pytest.raises(NotFoundError):
        await client.set_gateway_status(NEW_GATEWAY, StatusValue.ON, 450)


@pytest.mark.parametrize("spelling", ["either", "validDuration", "timeout"])
async def test_statuses(
    client: ThingplusClient, server: ThingplusSimulator, spelling: DurationSpelling
) -> None:
    server.status_spelling = spelling
    await registered(client)
    before = len(server.requests)
    for value in (StatusValue.ON, StatusValue.ERROR, StatusValue.OFF):
        await client.set_gateway_status(NEW_GATEWAY, value, 450)
        await client.set_sensor_status(NEW_GATEWAY, NEW_SENSOR, value, 450)
    extra = int(spelling == "timeout")
    assert len(server.requests) - before == 6 + extra
    for thing in (server.gateways[NEW_GATEWAY], server.sensors[NEW_SENSOR]):
        assert [status.value for status in thing.statuses] == ["on", "err", "off"]


async def test_points(client: ThingplusClient, server: ThingplusSimulator) -> None:
    await registered(client)
    start = now() - timedelta(hours=1)
    points = [
        Point(value=f"{20 + number}.5", time=start + number * MINUTE)
        for number in range(5)
    ]
    await client.send_points(NEW_GATEWAY, NEW_SENSOR, points[:1])
    await client.send_points(NEW_GATEWAY, NEW_SENSOR, points[:0:-1])
    read = await client.history(NEW_GATEWAY, NEW_SENSOR, start, now())
    assert read == points
    (sensor,) = await client.sensors(NEW_GATEWAY)
    assert sensor.series is not None
    assert (sensor.series.value, sensor.series.time) == ("24.5", points[-1].time)


async def test_points_that_do_not_fit(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    await registered(client)
    points = [Point(value="hot", time=now())]
    with pytest.raises(InvalidDataError) as caught:
        await client.send_points(NEW_GATEWAY, NEW_SENSOR, points)
    assert caught.value.code == "INVALID_INPUT"
    assert len(server.faults) == 1
    server.faults.clear()
