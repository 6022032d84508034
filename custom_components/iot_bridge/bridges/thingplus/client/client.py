"""What one can ask of a Thing+ server.

Source: Thing+ HTTPS guide; Thing+ guide, "REST API" and "API list".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from aiohttp import ClientSession
from yarl import URL

from ....wire.access_tokens import AccessTokens
from ....wire.bodies import Body
from ....wire.exchange import TIMEOUT
from ....wire.values import as_items, as_mapping, iso_milliseconds
from .bodies import (
    command_body,
    device_body,
    gateway_body,
    points_body,
    sensor_body,
    status_body,
)
from .catalogue_parser import parse_gateway_model, parse_sensor_type
from .envelope import Contents
from .errors import InvalidDataError, NotFoundError, UnexpectedAnswerError
from .http import Request, ThingplusHttp
from .models import (
    Gateway,
    GatewayModel,
    NewSensor,
    Point,
    Sensor,
    SensorType,
    Site,
    StatusValue,
)
from .paging import PAGE, every_item
from .parser import (
    each_once,
    parse_all,
    parse_gateway,
    parse_points,
    parse_sensor,
    parse_site,
)
from .statuses import SCHEMA_VALIDATE

_GATEWAY_QUERY: Final = (("embed", "status"), ("embed", "devices"))
_SENSORS_QUERY: Final = (("embed", "series"), ("embed", "status"))
# The most values as they are that the server gives at once.
_MOST_POINTS: Final = 10080
_MILLISECOND: Final = timedelta(milliseconds=1)
# The guide and the older reference do not agree; the guide's comes first.
_ID_KEYS: Final = ("reqId", "id")
_PERIOD_KEYS: Final = ("validDuration", "timeout")
# The server waits for the gateway before it answers.
_CONTROL_PATIENCE: Final = 3


class ThingplusClient:
    """Reads and writes what a user has on a Thing+ server.

    Every method raises a `ThingplusError`:

    - `CannotConnectError`: the server was not reached, or is in trouble.
    - `RequestTimeoutError`: no answer came; the server may have obeyed nevertheless.
    - `SignInError`: only the user can mend it.
    - `NotAllowedError`: the user, or the client of the token, may not do it.
    - `NotFoundError`: there is nothing of that id. What was just created takes some
      seconds.
    - `UnexpectedAnswerError`: this is no Thing+.

    What a method raises besides is told there.
    """

    def __init__(
        self,
        session: ClientSession,
        base_url: URL,
        tokens: AccessTokens,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base_url: The base of the API with its version, as `find_api` returns it.
            tokens: On whose behalf.
            timeout: Seconds to wait for an answer.
        """
        self._http = ThingplusHttp(session, base_url, tokens, timeout=timeout)
        self._period_keys: tuple[str, ...] = _PERIOD_KEYS

    @property
    def clock_offset(self) -> timedelta:
        """Return the server's clock minus ours; zero unless it is more than 5 s."""
        return self._http.clock_offset

    # Reading

    async def sites(self) -> list[Site]:
        """Return the sites of the user."""
        return parse_all(parse_site, await self._every("sites", "sites"))

    async def gateways(self) -> list[Gateway]:
        """Return all gateways with their devices.

        Returns:
            Each gateway once.
        """
        items = await self._every("gateways", "gateways", _GATEWAY_QUERY)
        return each_once(parse_all(parse_gateway, items), lambda gateway: gateway.id)

    async def gateway(self, gateway_id: str) -> Gateway:
        """Return one gateway with its devices."""
        request = Request(
            method="GET",
            path=f"gateways/{_part(gateway_id)}",
            kind="gateway",
            query=_GATEWAY_QUERY,
        )
        gateway = parse_gateway(await self._data(request))
        if gateway is None:
            raise UnexpectedAnswerError(f"{request.what}: the answer is no gateway")
        return gateway

    async def sensors(self, gateway_id: str) -> list[Sensor]:
        """Return all sensors and actuators of a gateway, with their latest values.

        Returns:
            Each sensor once.
        """
        path = f"gateways/{_part(gateway_id)}/sensors"
        items = await self._every(path, "sensors", _SENSORS_QUERY)
        sensors = parse_all(lambda item: parse_sensor(item, gateway_id), items)
        return each_once(sensors, lambda sensor: sensor.id)

    async def sensor_types(self) -> dict[str, SensorType]:
        """Return what the server knows of types, by their names."""
        items = await self._every("sensorTypes", "sensorTypes")
        types = parse_all(parse_sensor_type, items)
        return {kind.id: kind for kind in types}

    async def gateway_model(self, model_id: str) -> GatewayModel:
        """Return what a gateway of a model may have."""
        request = Request(
            method="GET", path=f"gatewayModels/{_part(model_id)}", kind="gatewayModel"
        )
        model = parse_gateway_model(await self._data(request))
        if model is None:
            raise UnexpectedAnswerError(f"{request.what}: the answer is no model")
        return model

    async def history(
        self, gateway_id: str, sensor_id: str, start: datetime, end: datetime
    ) -> list[Point]:
        """Return past values as they were reported.

        Args:
            gateway_id: The gateway.
            sensor_id: Its sensor.
            start: With a time zone. Values of this moment are included.
            end: With a time zone. Values of this moment are left out.

        Returns:
            The values, the eldest first, each moment once.
        """
        found: dict[datetime, Point] = {}
        while start < end:
            raw = await self._series(gateway_id, sensor_id, start, end)
            points = parse_points(raw)
            news = [point for point in points if start <= point.time < end]
            found |= {point.time: point for point in news}
            if len(raw) < 2 * _MOST_POINTS or not news:
                break
            start = max(point.time for point in news) + _MILLISECOND
        return sorted(found.values(), key=lambda point: point.time)

    # Commands

    async def control(
        self,
        gateway_id: str,
        actuator_id: str,
        command: str,
        options: Mapping[str, Any] = {},
    ) -> None:
        """Tell an actuator what to do, and wait until its gateway has done it.

        Args:
            gateway_id: The gateway.
            actuator_id: Its actuator.
            command: One that the actuator's type has.
            options: Numbers and words by the name of the option.

        Raises:
            GatewayTimeoutError: The gateway did not answer; it may have obeyed.
            GatewayError: The gateway did not do it.
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="POST",
                path="controlActuator",
                kind="controlActuator",
                body=command_body(gateway_id, actuator_id, command, options),
                controls=True,
                patience=_CONTROL_PATIENCE,
            )
        )

    # Registering

    async def register_gateway(
        self, gateway_id: str, *, site_id: str, model: str, name: str
    ) -> None:
        """Register a gateway.

        Args:
            gateway_id: A UUID of 32 lower-case hexadecimal digits.
            site_id: The site that it is to be in.
            model: The id of its model.
            name: For people.

        Raises:
            AlreadyExistsError: There is a gateway of that id.
            PlanExceededError: There is no room for another gateway.
            InvalidDataError: The server does not like something about it.
        """

        def body(id_key: str) -> Body:
            return gateway_body(
                id_key, gateway_id, site_id=site_id, model=model, name=name
            )

        request = Request(method="POST", path="registerGateway", kind="registerGateway")
        await self._send_spelled(request, body, _ID_KEYS)

    async def create_device(
        self, gateway_id: str, device_id: str, *, name: str, model: str
    ) -> None:
        """Create a device behind a gateway.

        Args:
            gateway_id: The gateway.
            device_id: A UUID of 32 lower-case hexadecimal digits.
            name: For people.
            model: The id of one of the gateway model's device models.

        Raises:
            AlreadyExistsError: There is a device of that id.
            PlanExceededError: There is no room for another device.
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="POST",
                path=f"gateways/{_part(gateway_id)}/devices",
                kind="devices",
                body=device_body(device_id, name=name, model=model),
            )
        )

    async def create_sensor(self, gateway_id: str, new: NewSensor) -> None:
        """Create a sensor on a device.

        Args:
            gateway_id: The gateway of the device.
            new: What it is like.

        Raises:
            AlreadyExistsError: There is a sensor of that id.
            PlanExceededError: There is no room for another sensor.
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="POST",
                path=f"gateways/{_part(gateway_id)}/sensors",
                kind="sensors",
                body=sensor_body(new),
            )
        )

    # Reporting

    async def set_gateway_status(
        self, gateway_id: str, value: StatusValue, valid_seconds: int
    ) -> None:
        """Tell how a gateway is.

        Args:
            gateway_id: The gateway.
            value: How it is.
            valid_seconds: For how long that holds, usually 1.5 times its report
                interval.

        Raises:
            InvalidDataError: The server does not like something about it.
        """
        path = f"gateways/{_part(gateway_id)}/status"
        await self._set_status(path, "gateway status", value, valid_seconds)

    async def set_sensor_status(
        self, gateway_id: str, sensor_id: str, value: StatusValue, valid_seconds: int
    ) -> None:
        """Tell how a sensor is.

        Args:
            gateway_id: The gateway.
            sensor_id: Its sensor.
            value: How it is.
            valid_seconds: For how long that holds.

        Raises:
            InvalidDataError: The server does not like something about it.
        """
        path = f"{_sensor(gateway_id, sensor_id)}/status"
        await self._set_status(path, "sensor status", value, valid_seconds)

    async def send_points(
        self, gateway_id: str, sensor_id: str, points: Sequence[Point]
    ) -> None:
        """Add values to the series of a sensor; sent twice, it is the same as once.

        Args:
            gateway_id: The gateway.
            sensor_id: Its sensor.
            points: In any order; nothing is sent if there are none.

        Raises:
            InvalidDataError: A value does not fit the sensor.
        """
        if not points:
            return
        await self._http.send(
            Request(
                method="PUT",
                path=f"{_sensor(gateway_id, sensor_id)}/series",
                kind="series",
                body=points_body(points),
            )
        )

    # Requests

    async def _every(
        self, path: str, kind: str, query: tuple[tuple[str, str], ...] = ()
    ) -> list[Any]:
        async def ask(number: int) -> Contents:
            paging = (("count", str(PAGE)), ("page", str(number)))
            return await self._http.ask(
                Request(
                    method="GET",
                    path=path,
                    kind=kind,
                    query=(*query, *paging),
                    large=True,
                )
            )

        return await every_item(ask, f"GET {kind}")

    async def _data(self, request: Request) -> Any:
        return (await self._http.ask(request)).data

    async def _series(
        self, gateway_id: str, sensor_id: str, start: datetime, end: datetime
    ) -> list[Any]:
        """Return values and times, the eldest first, as many as there are at once."""
        request = Request(
            method="GET",
            path=f"{_sensor(gateway_id, sensor_id)}/series",
            kind="series",
            query=(
                ("dataStart", iso_milliseconds(start)),
                ("dataEnd", iso_milliseconds(end)),
                ("interval", "0"),
                ("count", str(_MOST_POINTS)),
            ),
            large=True,
        )
        data = await self._data(request)
        if not isinstance(data, dict):
            raise UnexpectedAnswerError(f"{request.what}: the answer is no sensor")
        return as_items(as_mapping(data.get("series")).get("data"))

    async def _set_status(
        self, path: str, kind: str, value: StatusValue, valid_seconds: int
    ) -> None:
        request = Request(method="PUT", path=path, kind=kind)
        accepted = await self._send_spelled(
            request,
            lambda key: status_body(key, value, valid_seconds),
            self._period_keys,
        )
        others = (key for key in self._period_keys if key != accepted)
        self._period_keys = (accepted, *others)

    async def _send_spelled(
        self, request: Request, body: Callable[[str], Body], keys: Sequence[str]
    ) -> str:
        """Send a request of which a key is called differently by some servers.

        Returns:
            The key that was accepted.

        Raises:
            InvalidDataError: None was; what the server says of the first one.
        """
        refusal: InvalidDataError | None = None
        for key in keys:
            try:
                await self._http.send(replace(request, body=body(key)))
            except InvalidDataError as err:
                if err.code != SCHEMA_VALIDATE:
                    raise
                refusal = refusal or err
            else:
                return key
        assert refusal is not None
        raise refusal


def _sensor(gateway_id: str, sensor_id: str) -> str:
    return f"gateways/{_part(gateway_id)}/sensors/{_part(sensor_id)}"


def _part(name: str) -> str:
    # As a part of a path these mean another place.
    if name in {"", ".", ".."}:
        raise NotFoundError("there is nothing without an id")
    return quote(name, safe="", errors="replace")
