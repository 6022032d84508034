"""Each method of a client, called once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from custom_components.iot_bridge.bridges.thingplus.client import (
    AcceptedSensor,
    NewSensor,
    Point,
    StatusValue,
    ThingplusClient,
)

GATEWAY: Final = "87cd2a6e407511e7922eb724f8803770"
DEVICE: Final = "366d685f93f5477a8d29e8c45bae0a31"
SENSOR: Final = "d815ba2f84eb490b8e68d9dd744da397"
START: Final = datetime(2017, 5, 25, tzinfo=UTC)
END: Final = datetime(2017, 5, 26, tzinfo=UTC)
ACCEPTED: Final = AcceptedSensor(
    type="temperature", model="openApiTemp", driver="openApiSensor", network="daliworks"
)
NEW: Final = NewSensor(
    id=SENSOR, name="Temperature sensor", accepted=ACCEPTED, device_id=DEVICE
)
POINTS: Final = [Point(value="36.5", time=START)]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A method of a client.

    Attributes:
        kind: What it is called in errors and in the log.
        work: Calls it.
        line: The request, without its query.
        data: What it takes for an answer; None: it needs none.
    """

    kind: str
    work: Callable[[ThingplusClient], Awaitable[object]]
    line: str
    data: Any = None

    @property
    def envelope(self) -> dict[str, Any]:
        """Return a success as the server writes it."""
        return {"statusCode": 200, "message": "OK", "data": self.data}


CALLS: Final[Mapping[str, Call]] = {
    "sites": Call(
        kind="GET sites",
        work=lambda client: client.sites(),
        line="GET sites",
        data=[],
    ),
    "gateways": Call(
        kind="GET gateways",
        work=lambda client: client.gateways(),
        line="GET gateways",
        data=[],
    ),
    "gateway": Call(
        kind="GET gateway",
        work=lambda client: client.gateway(GATEWAY),
        line=f"GET gateways/{GATEWAY}",
        data={"id": GATEWAY},
    ),
    "sensors": Call(
        kind="GET sensors",
        work=lambda client: client.sensors(GATEWAY),
        line=f"GET gateways/{GATEWAY}/sensors",
        data=[],
    ),
    "sensor_types": Call(
        kind="GET sensorTypes",
        work=lambda client: client.sensor_types(),
        line="GET sensorTypes",
        data=[],
    ),
    "gateway_model": Call(
        kind="GET gatewayModel",
        work=lambda client: client.gateway_model("52"),
        line="GET gatewayModels/52",
        data={"id": "52"},
    ),
    "history": Call(
        kind="GET series",
        work=lambda client: client.history(GATEWAY, SENSOR, START, END),
        line=f"GET gateways/{GATEWAY}/sensors/{SENSOR}/series",
        data={"id": SENSOR},
    ),
    "control": Call(
        kind="POST controlActuator",
        work=lambda client: client.control(GATEWAY, SENSOR, "on"),
        line="POST controlActuator",
    ),
    "register_gateway": Call(
        kind="POST registerGateway",
        work=lambda client: client.register_gateway(
            GATEWAY, site_id="1", model="52", name="Home"
        ),
        line="POST registerGateway",
    ),
    "create_device": Call(
        kind="POST devices",
        work=lambda client: client.create_device(
            GATEWAY, DEVICE, name="Kitchen", model="open-api-device-v1.0"
        ),
        line=f"POST gateways/{GATEWAY}/devices",
    ),
    "create_sensor": Call(
        kind="POST sensors",
        work=lambda client: client.create_sensor(GATEWAY, NEW),
        line=f"POST gateways/{GATEWAY}/sensors",
    ),
    "set_gateway_status": Call(
        kind="PUT gateway status",
        work=lambda client: client.set_gateway_status(GATEWAY, StatusValue.ON, 450),
        line=f"PUT gateways/{GATEWAY}/status",
    ),
    "set_sensor_status": Call(
        kind="PUT sensor status",
        work=lambda client: client.set_sensor_status(
            GATEWAY, SENSOR, StatusValue.ON, 450
        ),
        line=f"PUT gateways/{GATEWAY}/sensors/{SENSOR}/status",
    ),
    "send_points": Call(
        kind="PUT series",
        work=lambda client: client.send_points(GATEWAY, SENSOR, POINTS),
        line=f"PUT gateways/{GATEWAY}/sensors/{SENSOR}/series",
    ),
}
READING: Final = [name for name, call in CALLS.items() if call.data is not None]
WRITING: Final = [name for name in CALLS if name not in READING]
LISTS: Final = [name for name, call in CALLS.items() if call.data == []]
OBJECTS: Final = [name for name in READING if name not in LISTS]
