"""Reading at the simulated Thing+: lists, what is embedded, models and types."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    GATEWAY,
    SENSOR_TYPES,
    ThingplusSimulator,
    gateway_model,
    sensor_id,
)

from .thingplus_callers import (
    NEW_GATEWAY,
    NOW_MS,
    Caller,
    running_server,
    signed_in,
    turn_clock,
)

NOW: Final = str(NOW_MS)
TEMPERATURE: Final = sensor_id("temperature")


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client with the sample's token."""
    return signed_in(session, server)


async def test_gateway_without_embed(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """Without embedding, what belongs to a gateway are ids."""
    [gateway] = await caller.get("gateways")
    status_id = gateway["status"]
    assert gateway == {
        "name": "Greenhouse",
        "model": "29",
        "_site": "1",
        "_service": "1",
        "reportInterval": "300000",
        "location": {"longitude": 127.03, "latitude": 37.5, "address": "Seoul"},
        "mtime": NOW,
        "ctime": NOW,
        "tree": GATEWAY,
        "id": GATEWAY,
        "devices": [f"{GATEWAY}-climate", f"{GATEWAY}-control"],
        "sensors": list(server.sensors),
        "status": status_id,
    }
    assert status_id.startswith("status.gateway.")
    assert await caller.get(f"gateways/{GATEWAY}") == gateway
    server.report_interval_as = "number"
    assert (await caller.get(f"gateways/{GATEWAY}"))["reportInterval"] == 300_000


async def test_sensor_without_embed(caller: Caller, server: ThingplusSimulator) -> None:
    """Status and series are ids; they are not there when there was none."""
    sensor = await caller.get(f"gateways/{GATEWAY}/sensors/{TEMPERATURE}")
    assert sensor == {
        "name": "Temperature",
        "type": "temperature",
        "driverName": "openApiSensor",
        "model": "openApiTemp",
        "category": "sensor",
        "network": "daliworks",
        "deviceId": f"{GATEWAY}-climate",
        "owner": GATEWAY,
        "mtime": NOW,
        "ctime": NOW,
        "id": TEMPERATURE,
        "status": sensor["status"],
        "series": sensor["series"],
    }
    assert sensor["series"].startswith("series.sensor.")
    server.add_sensor(GATEWAY, "new", "New", "number")
    new = await caller.get(f"gateways/{GATEWAY}/sensors/new?embed=series&embed=status")
    assert new.keys().isdisjoint({"status", "series", "deviceId"})


async def test_embedded_sensors(caller: Caller, server: ThingplusSimulator) -> None:
    """Embedded, series and status are objects, with numbers and times as text."""
    turn_clock(server, 10)
    server.report(TEMPERATURE, 36.5)
    server.report_status(TEMPERATURE, "on", 450)
    sensors = await caller.get(f"gateways/{GATEWAY}/sensors?embed=series&embed=status")
    assert [sensor["id"] for sensor in sensors] == list(server.sensors)
    source = {
        "srcType": "temperature",
        "srcCategory": "sensor",
        "srcDbType": "sensor",
        "owner": GATEWAY,
        "sensor": TEMPERATURE,
        "mtime": str(NOW_MS + 10_000),
        "time": str(NOW_MS + 10_000),
        "ctime": NOW,
    }
    series, status = sensors[0]["series"], sensors[0]["status"]
    assert series == source | {
        "type": "series",
        "value": "36.5",
        "series": TEMPERATURE,
        "id": series["id"],
    }
    assert status == source | {
        "type": "status",
        "value": "on",
        "expireAt": str(NOW_MS + 460_000),
        "vtime": NOW,
        "status": TEMPERATURE,
        "id": status["id"],
    }
    location = next(s for s in sensors if s["type"] == "location")
    assert location["series"]["value"] == {"lat": 37.5, "lng": 127.03, "alt": 25.0}


async def test_status_stays_as_it_was(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """A status that ran out is told as it was; "-1" is for ever."""
    server.report_status(GATEWAY, "on", 450)
    turn_clock(server, 10_000)
    path = f"gateways/{GATEWAY}"
    status = (await caller.get(f"{path}/status"))["status"]
    assert (status["value"], status["expireAt"]) == ("on", str(NOW_MS + 450_000))
    assert (status["gateway"], status["srcDbType"]) == (GATEWAY, "gateway")
    assert "srcType" not in status
    server.report_status(GATEWAY, "err")
    status = (await caller.get(f"{path}?embed=status"))["status"]
    assert (status["value"], status["expireAt"]) == ("err", "-1")
    assert status["vtime"] == str(NOW_MS + 10_000_000)


EVERYTHING: Final = (
    "gateways?embed=status&embed=devices&embed=sensors"
    "&sensors[embed]=series&sensors[embed]=status"
)


@pytest.mark.parametrize(
    ("nested", "kinds"),
    [("all", (dict, dict)), ("last", (str, dict)), ("none", (str, str))],
)
async def test_everything_at_once(
    caller: Caller, server: ThingplusSimulator, nested: Any, kinds: tuple[type, type]
) -> None:
    """One call embeds all; whether the server knows nested embeds may be chosen."""
    server.nested_embeds = nested
    [gateway] = await caller.get(EVERYTHING)
    assert gateway["status"]["value"] == "on"
    assert gateway["devices"][0] == {
        "name": "Climate",
        "model": "jsonrpcFullV1.0",
        "address": "climate",
        "owner": GATEWAY,
        "mtime": NOW,
        "ctime": NOW,
        "id": f"{GATEWAY}-climate",
    }
    sensor = gateway["sensors"][0]
    assert (type(sensor["series"]), type(sensor["status"])) == kinds
    assert server.faults == []


async def test_nested_history(caller: Caller, server: ThingplusSimulator) -> None:
    """History is asked for below what is embedded."""
    start = "2017-05-25T00:00:00Z"
    sensors = await caller.get(
        f"gateways/{GATEWAY}/sensors?embed=series&series[dataStart]={start}"
        "&series[interval]=0"
    )
    assert sensors[0]["series"]["data"] == ["21.5", NOW_MS]
    [gateway] = await caller.get(
        f"gateways?embed=sensors&sensors[embed]=series"
        f"&sensors[series][dataStart]={start}&sensors[series][interval]=0"
    )
    assert gateway["sensors"][0]["series"]["data"] == ["21.5", NOW_MS]
    assert server.faults == []


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("sort=name", "there is no parameter sort"),
        ("a[b]=1", "there is no parameter a[]"),
        ("[a=1", "there is no parameter [a"),
        ("embed=sensors&sensors[count]=1", "there is no parameter sensors.count"),
        ("sensors[embed]=series", "sensors[] without embed=sensors"),
    ],
)
async def test_unknown_parameters(
    caller: Caller, server: ThingplusSimulator, query: str, fault: str
) -> None:
    """What the documents do not have is a fault, and changes nothing."""
    assert await caller.ids(f"gateways?{query}") == [GATEWAY]
    assert server.faults == [f"GET /gateways: {fault}"]


@pytest.mark.parametrize(
    "query",
    ["embed=rules", "count=0", "count=4001", "count=x", "page=-1", "start=2017-05-25"],
)
async def test_wrong_parameters(
    caller: Caller, server: ThingplusSimulator, query: str
) -> None:
    """What does not fit is refused."""
    assert await caller.refusal("GET", f"gateways?{query}") == (400, "INVALID_INPUT")
    assert len(server.faults) == 1


async def test_pages(caller: Caller, server: ThingplusSimulator) -> None:
    """Lists come in pages."""
    path = f"gateways/{GATEWAY}/sensors"
    first = await caller.envelope(f"{path}?count=4&page=0")
    assert first["_meta"] == {"count": 4, "page": 0, "total": 10, "maxCount": 4000}
    ids = [
        item
        for page in range(4)
        for item in await caller.ids(f"{path}?count=4&page={page}")
    ]
    assert ids == list(server.sensors)
    server.max_count = 3
    assert len(await caller.get(path)) == 3
    server.sends_meta = False
    assert "_meta" not in await caller.envelope(path)


async def test_order_fields_and_filter(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """Lists are ordered, reduced to fields, and filtered."""
    path = f"gateways/{GATEWAY}/sensors"
    query = "orderBy=name&orderDir=desc&fields=name&count=2"
    assert await caller.get(f"{path}?{query}") == [
        {"name": "Temperature", "id": TEMPERATURE},
        {"name": "Soil", "id": sensor_id("soilMoisture")},
    ]
    assert (await caller.get(f"{path}?orderBy=name"))[0]["name"] == "Door"
    either = "filter[type]=door&filter[type]=light"
    both = f"{either}&filter[name]=Light&filter[owner]={GATEWAY}"
    assert len(await caller.get(f"{path}?{either}")) == 2
    assert await caller.ids(f"{path}?{both}") == [sensor_id("light")]
    one = await caller.get(f"{path}/{TEMPERATURE}?fields[]=type&fields[]=model")
    assert one == {"type": "temperature", "model": "openApiTemp", "id": TEMPERATURE}
    assert server.faults == []


async def test_range_of_times(caller: Caller, server: ThingplusSimulator) -> None:
    """`start` is in the range of when things were made, `end` is not."""
    turn_clock(server, 60)
    server.add_gateway(NEW_GATEWAY, "Second")
    start, end = "2017-05-25T13:24:32.000Z", "2017-05-25T15:25:32.000%2B02:00"
    assert await caller.ids(f"gateways?start={start}&end={end}") == [GATEWAY]
    assert await caller.ids("gateways?start=2017-05-25T13:25:32Z") == [NEW_GATEWAY]


async def test_devices(caller: Caller, server: ThingplusSimulator) -> None:
    """Devices are listed, shown, changed and deleted."""
    path = f"gateways/{GATEWAY}/devices"
    climate = f"{path}/{GATEWAY}-climate"
    assert await caller.ids(path) == [f"{GATEWAY}-climate", f"{GATEWAY}-control"]
    turn_clock(server, 1)
    changed = await caller.put(climate, {"name": "Air", "address": "x"})
    assert changed == await caller.get(climate)
    assert (changed["name"], changed["address"]) == ("Air", "x")
    assert changed["mtime"] == str(NOW_MS + 1000)
    assert await caller("DELETE", climate) == (204, "")
    assert await caller.refusal("GET", climate) == (404, "NOT_FOUND")
    left = {sensor.device_id for sensor in server.sensors.values()}
    assert left == {f"{GATEWAY}-control", None}
    assert server.faults == []


async def test_gateway_is_changed(caller: Caller, server: ThingplusSimulator) -> None:
    """A gateway is changed and deleted, with all that hangs on it."""
    path = f"gateways/{GATEWAY}"
    location = {"latitude": 1, "longitude": 2}
    body = {"name": "New", "desc": "text", "location": location, "model": "29"}
    changed = await caller.put(path, body | {"reportInterval": 60_000})
    assert changed == await caller.get(path)
    assert changed | body | {"reportInterval": "60000"} == changed
    refusal = await caller.refusal("PUT", path, json={"model": "52"})
    assert refusal == (400, "INVALID_INPUT")
    assert await caller("DELETE", path) == (204, "")
    assert (server.gateways, server.devices, server.sensors) == ({}, {}, {})


async def test_sensor_is_changed(caller: Caller, server: ThingplusSimulator) -> None:
    """A sensor gets another name or device; its type stays."""
    path = f"gateways/{GATEWAY}/sensors/{TEMPERATURE}"
    control = f"{GATEWAY}-control"
    body = {"name": "New", "deviceId": control, "type": "temperature", "sequence": "1"}
    changed = await caller.put(path, body)
    assert changed == await caller.get(path)
    assert changed | body == changed
    refusal = await caller.refusal("PUT", path, json={"type": "humidity"})
    assert refusal == (400, "INVALID_INPUT")
    refusal = await caller.refusal("PUT", path, json={"deviceId": "other"})
    assert refusal == (404, "NOT_FOUND")
    assert await caller("DELETE", path) == (204, "")
    assert TEMPERATURE not in server.sensors


@pytest.mark.parametrize(
    "path",
    [
        "gateways/none",
        "gateways/none/sensors",
        f"gateways/{GATEWAY}/devices/none",
        f"gateways/{GATEWAY}/sensors/none",
        f"gateways/{GATEWAY}/sensors/none/series",
        "gateways/other/sensors/0123456789ab-temperature",
        "gatewayModels/1",
        "sensorTypes/none",
        "sensorDrivers/none",
        "sites/9",
    ],
)
async def test_missing(caller: Caller, server: ThingplusSimulator, path: str) -> None:
    """What is not there is not found; asking is no fault."""
    server.add_gateway("other", "Other")
    assert await caller.refusal("GET", path) == (404, "NOT_FOUND")
    assert server.faults == []


async def test_sites_and_me(caller: Caller) -> None:
    """The site is the one of the guide."""
    site = {
        "billing": "site:1",
        "code": "iService",
        "ctime": NOW,
        "_service": "1",
        "billingReserve": "site:1:reserve",
        "name": "default",
        "billingLimit": "site:1:limit",
        "id": "1",
        "billingMeter": "site:1:meter",
        "mtime": NOW,
        "billingCurrent": "site:1:current",
    }
    assert await caller.get("sites") == [site]
    assert await caller.get("sites/1") == site
    me = await caller.get("users/me")
    assert (me["id"], me["_site"], me["_service"]) == ("1", "1", "1")


# What everybody may read


@pytest.fixture
def anybody(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client without a token."""
    return Caller(session, server)


async def test_gateway_models(anybody: Caller, server: ThingplusSimulator) -> None:
    """Model 52 takes many types, 53 few; models may be added."""
    model = await anybody.get("gatewayModels/52")
    assert (model["displayName"], model["model"], model["reportInterval"]) == (
        *("Open API Gateway", "open-api-gateway-v1.0", "300000"),
    )
    assert model["deviceMgmt"]["reportInterval"] == {"show": "y", "change": "y"}
    [device] = model["deviceModels"]
    assert (device["id"], device["max"]) == ("open-api-device-v1.0", 99)
    assert device["displayName"] == "Open API Device"
    assert {
        "network": "daliworks",
        "driverName": "openApiSensor",
        "model": "openApiConductivity",
        "type": "conductivity",
        "category": "sensor",
    } in device["sensors"]
    types = {sensor["type"] for sensor in device["sensors"]}
    assert types >= {"temperature", "onoff", "motion", "door", "number", "string"}
    assert types.isdisjoint({"rssi", "powerSwitch", "tag"})
    small = (await anybody.get("gatewayModels/53"))["deviceModels"][0]["sensors"]
    assert [item["type"] for item in small] == ["temperature", "humidity", "onoff"]
    server.gateway_models["7"] = gateway_model("7", "Own Gateway", ["door"])
    assert await anybody.ids("gatewayModels") == ["52", "53", "29", "7"]
    assert server.faults == []


async def test_sensor_types(anybody: Caller) -> None:
    """Types have units, texts and commands."""
    types = {item["id"]: item for item in await anybody.get("sensorTypes")}
    assert types.keys() == SENSOR_TYPES.keys()
    stamps = {"mtime": "1431416762406", "ctime": "1431416762406"}
    assert await anybody.get("sensorTypes/electricEnergy") == stamps | {
        "id": "electricEnergy",
        "category": "sensor",
        "type": "number",
        "unit": "kWh",
        "decimalPlace": 2,
        "chart": {"dataType": "series", "cumulative": True},
    }
    assert types["sleepStage"] == stamps | {
        "id": "sleepStage",
        "category": "sensor",
        "type": "boolean",
        "values": ["0", "1", "2", "3"],
        "displayValues": ["AWAKE", "REM", "LIGHT", "DEEP"],
        "chart": {"dataType": "event", "cumulative": False},
    }
    assert types["dust"]["unit"] == "\u00b5g/m³"
    assert "unit" not in types["number"]
    assert len(types["windVane"]["values"]) == 16
    assert types["location"]["type"] == "object"
    red = {"type": "integer", "min": 0, "max": 255, "required": True}
    led = types["rgbLed"]
    assert (led["category"], led["commands"]["on"]["red"]) == ("actuator", red)
    assert "chart" not in led


async def test_sensor_drivers(anybody: Caller) -> None:
    """Drivers name their models and networks."""
    assert await anybody.ids("sensorDrivers") == ["openApiSensor", "jsonrpcActuator"]
    driver = await anybody.get("sensorDrivers/openApiSensor")
    assert "openApiTemp" in driver["models"]
    assert driver["supportedNetworks"] == ["daliworks"]
    fields = await anybody.get("sensorDrivers/openApiSensor?fields=category")
    assert fields == {"category": "sensor", "id": "openApiSensor"}
