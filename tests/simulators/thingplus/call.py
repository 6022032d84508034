"""A call of the API that has reached it, and the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
from typing import Any, Final, NoReturn

from .people import SimulatedUser
from .query import Known, Query
from .things import SimulatedDevice, SimulatedGateway, SimulatedSensor, Thing
from .vocabulary import (
    ACCESSGROUP_DENY,
    INVALID_INPUT,
    JSON_PARSING,
    NOT_FOUND,
    SCHEMA_VALIDATE,
    ApiError,
    JsonObject,
)
from .world import World

JSON_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer.

    Attributes:
        data: What is in the envelope.
        status: The HTTP status; with 204 there is no body.
        meta: `_meta` of the envelope.
        more: What else is in the envelope.
        flat: The whole body in place of an envelope.
        cookie: Of a session; "" ends one, None leaves it.
    """

    data: Any = None
    status: int = 200
    meta: JsonObject | None = None
    more: Mapping[str, Any] | None = None
    flat: Any = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call.

    Attributes:
        world: Who carries it out.
        what: Method and path, for faults.
        path: Below the base.
        caller: Who asks; None: nobody that is known, on what is for everybody.
        token: What the caller shows.
        session: The cookie of the browser.
        names: The variable parts of the path.
        query: Its parameters.
        content_type: Of the body.
        body: As it was sent.
    """

    world: World
    what: str
    path: str
    caller: SimulatedUser | None
    token: str
    session: str
    names: tuple[str, ...]
    query: Query
    content_type: str
    body: bytes

    @property
    def user(self) -> SimulatedUser:
        """Return who asks; for calls that are not for everybody."""
        assert self.caller is not None
        return self.caller

    def note_fault(self, text: str) -> None:
        """Note a fault of the client's programmer."""
        self.world.note_fault(f"{self.what}: {text}")

    def schema_error(self, text: str) -> ApiError:
        """Note that a body is malformed, and return the refusal."""
        self.note_fault(text)
        return ApiError(400, SCHEMA_VALIDATE, text)

    def input_error(self, text: str) -> ApiError:
        """Note that something does not fit, and return the refusal."""
        self.note_fault(text)
        return ApiError(400, INVALID_INPUT, text)

    def check_query(self, known: Known) -> None:
        """Note parameters that the call does not have."""
        for name in known.unknown(self.query):
            self.note_fault(f"there is no parameter {name}")

    def json(self) -> Any:
        """Return the body.

        Raises:
            ApiError: It is no JSON.
        """
        if self.content_type != JSON_TYPE:
            self.note_fault(f"the body is {self.content_type}")
            raise ApiError(400, JSON_PARSING, "not JSON")
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except ValueError:
            self.note_fault("the body is no JSON")
            raise ApiError(400, JSON_PARSING, "not JSON") from None

    def json_object(self) -> JsonObject:
        """Return the body.

        Raises:
            ApiError: It is no JSON object.
        """
        body = self.json()
        if not isinstance(body, dict):
            raise self.schema_error("the body is no object")
        return body

    def gateway(self) -> SimulatedGateway:
        """Return the gateway of the path.

        Raises:
            ApiError: There is none, or it is another service's.
        """
        return self.gateway_of(self.names[0])

    def gateway_of(self, gateway_id: str) -> SimulatedGateway:
        """Return a gateway.

        Raises:
            ApiError: There is none, or it is another service's.
        """
        gateway = self.world.gateways.get(gateway_id)
        if gateway is None or not self.is_settled(gateway):
            raise ApiError(404, NOT_FOUND, f"there is no gateway {gateway_id}")
        if gateway.service_id != self.user.service_id:
            raise ApiError(403, ACCESSGROUP_DENY, "another service's")
        return gateway

    def device(self) -> SimulatedDevice:
        """Return the device of the path.

        Raises:
            ApiError: There is none at the gateway of the path.
        """
        return self.device_of(self.gateway(), self.names[1])

    def device_of(
        self, gateway: SimulatedGateway, device_id: object
    ) -> SimulatedDevice:
        """Return a device of a gateway.

        Raises:
            ApiError: There is none.
        """
        device = self.world.devices.get(str(device_id))
        if device is None or not self._is_of(device.gateway_id, device, gateway):
            raise ApiError(404, NOT_FOUND, f"there is no device {device_id}")
        return device

    def sensor(self) -> SimulatedSensor:
        """Return the sensor of the path.

        Raises:
            ApiError: There is none at the gateway of the path.
        """
        return self.sensor_of(self.gateway(), self.names[1])

    def sensor_of(
        self, gateway: SimulatedGateway, sensor_id: object
    ) -> SimulatedSensor:
        """Return a sensor of a gateway.

        Raises:
            ApiError: There is none.
        """
        sensor = self.world.sensors.get(str(sensor_id))
        if sensor is None or not self._is_of(sensor.gateway_id, sensor, gateway):
            raise ApiError(404, NOT_FOUND, f"there is no sensor {sensor_id}")
        return sensor

    def is_settled(self, thing: Thing) -> bool:
        """Return whether the server finds a thing already."""
        return self.world.now_ms >= thing.usable_ms

    def _is_of(self, owner: str, thing: Thing, gateway: SimulatedGateway) -> bool:
        return owner == gateway.id and self.is_settled(thing)


type Handler = Callable[[Call], Reply]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
