"""What the simulated server knows, and how tests and the demo change it."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import time
from typing import Any, Final, Literal

from .accounts import Accounts
from .catalogue import (
    DRIVER,
    LINUX_DEVICE,
    LINUX_MODEL,
    NETWORK,
    REPORT_INTERVAL_MS,
    default_gateway_models,
    model_name,
)
from .record import ActuatorCommand, RecordedRequest, Registration
from .sensor_types import SENSOR_TYPES
from .things import (
    Reporting,
    SimulatedDevice,
    SimulatedGateway,
    SimulatedSensor,
    StatusReport,
    Thing,
)
from .times import to_ms
from .trouble import Trouble
from .vocabulary import FOREVER, DurationSpelling, SeriesValue, Spelling, StatusValue
from .watch import Watch

MAX_REMEMBERED: Final = 10_000
MAX_COUNT: Final = 4000


@dataclass(slots=True, kw_only=True)
class Limits:
    """What the plan of a service allows; None: any number.

    Attributes:
        gateways: Gateways of the service.
        devices: Devices of the service.
        sensors: Sensors of the service, with actuators.
    """

    gateways: int | None = None
    devices: int | None = None
    sensors: int | None = None


class World(Accounts):
    """The state of the server, without any wire.

    Attributes:
        trouble: What goes wrong; None: nothing.
        limits: What the plan allows.
        settle_seconds: How long what was registered over the API is not found.
        gateway_id_spelling: The key of the id that `/registerGateway` takes.
        status_spelling: The key of the validity that a status takes.
        nested_embeds: What a query like `sensors[embed]` does: "all" of them hold, the
            "last" one alone, or "none".
        sends_meta: Whether lists come with `_meta`.
        report_interval_as: The form of `reportInterval`.
        max_count: The items of a list that may be asked for at once.
        date_offset: Seconds by which the header `Date` is ahead of the clock.
        watch: Notes the faults of clients.
        gateway_models: By id.
        gateways: By id.
        devices: By id.
        sensors: By id, with actuators.
        requests: The latest requests.
        registered: What clients registered.
        commands: The commands that reached gateways.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        super().__init__(clock)
        self.trouble: Trouble | None = None
        self.limits = Limits()
        self.settle_seconds = 0.0
        self.gateway_id_spelling: Spelling = "either"
        self.status_spelling: DurationSpelling = "either"
        self.nested_embeds: Literal["all", "last", "none"] = "all"
        self.sends_meta = True
        self.report_interval_as: Literal["string", "number"] = "string"
        self.max_count = MAX_COUNT
        self.date_offset = 0.0
        # Not `clock` itself: one that is replaced later counts here too.
        self.watch = Watch(lambda: self.clock())
        self.gateway_models = default_gateway_models()
        self.gateways: dict[str, SimulatedGateway] = {}
        self.devices: dict[str, SimulatedDevice] = {}
        self.sensors: dict[str, SimulatedSensor] = {}
        self.requests: deque[RecordedRequest] = deque(maxlen=MAX_REMEMBERED)
        self.registered: deque[Registration] = deque(maxlen=MAX_REMEMBERED)
        self.commands: deque[ActuatorCommand] = deque(maxlen=MAX_REMEMBERED)

    @property
    def faults(self) -> list[str]:
        """Return what only a wrongly programmed client did."""
        return self.watch.faults

    def note_fault(self, text: str) -> None:
        """Note what only a wrongly programmed client does."""
        self.watch.note(text)

    def check_status_periods(self, now: float | None = None) -> None:
        """Note a fault for each status of a client that ran out.

        Args:
            now: Seconds since 1970; None: the time of the clock.
        """
        self.watch.check_status_periods(self.clock() if now is None else now)

    # Things

    def add_gateway(
        self,
        gateway_id: str,
        name: str,
        *,
        site_id: str = "1",
        model: str = LINUX_MODEL,
        report_interval_ms: int = REPORT_INTERVAL_MS,
        **extra: Any,
    ) -> SimulatedGateway:
        """Add a gateway, as if it had been there already.

        Args:
            gateway_id: Its id.
            name: For people.
            site_id: Its site.
            model: The id of its model.
            report_interval_ms: How often it reports, ms.
            extra: What else is told of it, as it is sent: `location`, `desc`.

        Raises:
            KeyError: There is no such site.
        """
        now = self.now_ms
        gateway = SimulatedGateway(
            id=gateway_id,
            name=name,
            model=model,
            site_id=site_id,
            service_id=self.sites[site_id].service_id,
            report_interval_ms=report_interval_ms,
            previous_interval_ms=report_interval_ms,
            created_ms=now,
            changed_ms=now,
            extra=extra,
        )
        self.gateways[gateway_id] = gateway
        return gateway

    def add_device(
        self,
        gateway_id: str,
        device_id: str,
        name: str,
        *,
        model: str = LINUX_DEVICE,
        **extra: Any,
    ) -> SimulatedDevice:
        """Add a device, as if it had been there already.

        Args:
            gateway_id: Its gateway.
            device_id: Its id.
            name: For people.
            model: The name of its model.
            extra: What else is told of it, as it is sent: `address`.

        Raises:
            KeyError: There is no such gateway.
        """
        now = self.now_ms
        device = SimulatedDevice(
            id=device_id,
            name=name,
            model=model,
            gateway_id=self.gateways[gateway_id].id,
            created_ms=now,
            changed_ms=now,
            extra=extra,
        )
        self.devices[device_id] = device
        return device

    def add_sensor(
        self,
        gateway_id: str,
        sensor_id: str,
        name: str,
        sensor_type: str,
        *,
        device_id: str | None = None,
        driver_name: str = DRIVER,
        model: str = "",
        network: str = NETWORK,
        **extra: Any,
    ) -> SimulatedSensor:
        """Add a sensor or actuator, as if it had been there already.

        Args:
            gateway_id: Its gateway.
            sensor_id: Its id.
            name: For people.
            sensor_type: For example "temperature"; the type tells an actuator.
            device_id: Its device; None: it hangs on the gateway.
            driver_name: Of its driver.
            model: By default what fits the type.
            network: How it is wired.
            extra: What else is told of it, as it is sent: `sequence`, `address`.

        Raises:
            KeyError: There is no such gateway, device or type.
        """
        now = self.now_ms
        sensor = SimulatedSensor(
            id=sensor_id,
            name=name,
            model=model or model_name(sensor_type),
            gateway_id=self.gateways[gateway_id].id,
            type=sensor_type,
            category=SENSOR_TYPES[sensor_type].category,
            driver_name=driver_name,
            device_id=None if device_id is None else self.devices[device_id].id,
            created_ms=now,
            changed_ms=now,
            extra={"network": network, **extra},
        )
        self.sensors[sensor_id] = sensor
        return sensor

    def rename(self, thing_id: str, name: str) -> None:
        """Give a gateway, device or sensor another name, as the portal does.

        Raises:
            KeyError: There is none.
        """
        thing = self._thing(thing_id)
        thing.name = name
        thing.changed_ms = self.now_ms

    def set_report_interval(self, gateway_id: str, interval_ms: int) -> None:
        """Change how often a gateway reports, as the portal does.

        Raises:
            KeyError: There is no such gateway.
        """
        gateway = self.gateways[gateway_id]
        gateway.previous_interval_ms = gateway.report_interval_ms
        gateway.report_interval_ms = interval_ms
        gateway.interval_changed_ms = gateway.changed_ms = self.now_ms

    def remove(self, thing_id: str) -> None:
        """Delete a gateway, device or sensor with what hangs on it.

        Raises:
            KeyError: There is none.
        """
        thing = self._thing(thing_id)
        gone: list[Thing] = [
            thing,
            *(d for d in self.devices.values() if d.gateway_id == thing_id),
            *(
                sensor
                for sensor in self.sensors.values()
                if thing_id in (sensor.gateway_id, sensor.device_id)
            ),
        ]
        for item in gone:
            # Nobody has to report its status any more.
            item.is_registered = False
            for things in (self.gateways, self.devices, self.sensors):
                things.pop(item.id, None)

    # Reports

    def report(
        self, sensor_id: str, value: SeriesValue | float, at: float | None = None
    ) -> None:
        """Let a sensor of the world report a value.

        Args:
            sensor_id: The sensor.
            value: Text or an object; a number becomes text.
            at: Seconds since 1970; None: now.

        Raises:
            KeyError: There is no such sensor.
        """
        given = str(value) if isinstance(value, int | float) else value
        at_ms = self.now_ms if at is None else to_ms(at)
        self.sensors[sensor_id].add_point(given, at_ms, self.now_ms)

    def report_values(
        self, sensor_id: str, values: Iterable[tuple[SeriesValue | float, float]]
    ) -> None:
        """Let a sensor of the world report values with their times.

        Args:
            sensor_id: The sensor.
            values: Pairs of a value and seconds since 1970.

        Raises:
            KeyError: There is no such sensor.
        """
        for value, at in values:
            self.report(sensor_id, value, at)

    def report_all(self, values: Mapping[str, SeriesValue | float]) -> None:
        """Let several sensors of the world report a value now.

        Args:
            values: Values by the id of the sensor.

        Raises:
            KeyError: There is no such sensor.
        """
        for sensor_id, value in values.items():
            self.report(sensor_id, value)

    def report_status(
        self, thing_id: str, value: StatusValue = "on", valid: float = FOREVER
    ) -> None:
        """Let a gateway or sensor of the world report its status.

        Args:
            thing_id: The gateway or sensor.
            value: "on", "off" or "err".
            valid: Seconds from now on; -1: for ever.

        Raises:
            KeyError: There is none.
        """
        thing = self._thing(thing_id)
        if not isinstance(thing, Reporting):
            raise KeyError(thing_id)
        now = self.now_ms
        expire_at = FOREVER if valid == FOREVER else now + to_ms(valid)
        status = StatusReport(value=value, at_ms=now, expire_at_ms=expire_at)
        thing.statuses.append(status)

    def _thing(
        self, thing_id: str
    ) -> SimulatedGateway | SimulatedDevice | SimulatedSensor:
        if thing_id in self.gateways:
            return self.gateways[thing_id]
        if thing_id in self.devices:
            return self.devices[thing_id]
        return self.sensors[thing_id]
