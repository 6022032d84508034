"""A small world that is ready: one site, one user, one gateway that reports."""

from dataclasses import dataclass
from typing import Final

from .people import OAuthClient, SimulatedSite, SimulatedUser
from .things import SimulatedDevice, SimulatedGateway, SimulatedSensor
from .vocabulary import FOREVER, SeriesValue
from .world import World

LOGIN: Final = "serviceadmin"
PASSWORD: Final = "greenhouse-password"
CLIENT_ID: Final = "testClientId"
CLIENT_SECRET: Final = "testClientPwd12!@"
SCOPES: Final = ("gateway", "site-read", "user-profile-read")

GATEWAY: Final = "0123456789ab"
CLIMATE: Final = f"{GATEWAY}-climate"
CONTROL: Final = f"{GATEWAY}-control"

# Type (which is the end of the id too), name, device, value
SENSORS: Final[tuple[tuple[str, str, str | None, SeriesValue], ...]] = (
    ("temperature", "Temperature", CLIMATE, "21.5"),
    ("humidity", "Humidity", CLIMATE, "55.0"),
    ("light", "Light", CLIMATE, "12000"),
    ("soilMoisture", "Soil", CLIMATE, "30.5"),
    ("accelerometer", "Shaking", CLIMATE, {"x": 0.01, "y": -0.02, "z": 0.98}),
    ("door", "Door", CONTROL, "0"),
    ("powerControllerState", "Pump state", CONTROL, "2"),
    # Without a device: it hangs on the gateway.
    ("location", "Position", None, {"lat": 37.5, "lng": 127.03, "alt": 25.0}),
)
ACTUATORS: Final = (
    ("powerSwitch", "Fan", CONTROL),
    ("rgbLed", "Lamp", CONTROL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample.

    Attributes:
        site: Its site.
        user: "serviceadmin" with `PASSWORD`.
        client: `CLIENT_ID` with `CLIENT_SECRET`.
        gateway: "Greenhouse".
        climate: A device with five sensors.
        control: A device with two sensors and two actuators.
        sensors: Sensors and actuators by their types.
    """

    site: SimulatedSite
    user: SimulatedUser
    client: OAuthClient
    gateway: SimulatedGateway
    climate: SimulatedDevice
    control: SimulatedDevice
    sensors: dict[str, SimulatedSensor]


def sensor_id(sensor_type: str) -> str:
    """Return the id of the sample's sensor or actuator of a type."""
    return f"{GATEWAY}-{sensor_type}"


def sample_world(world: World, valid: float = FOREVER) -> Sample:
    """Add the sample; all is on, all sensors have a value.

    Args:
        world: Where to.
        valid: How long the statuses hold, seconds; -1: for ever.
    """
    site = world.add_site("1", "default")
    user = world.add_user(LOGIN, PASSWORD, site_id=site.id)
    client = world.add_client(CLIENT_ID, CLIENT_SECRET, user=user, scopes=SCOPES)
    location = {"longitude": 127.03, "latitude": 37.5, "address": "Seoul"}
    gateway = world.add_gateway(GATEWAY, "Greenhouse", location=location)
    climate = world.add_device(GATEWAY, CLIMATE, "Climate", address="climate")
    control = world.add_device(GATEWAY, CONTROL, "Control", address="control")
    world.report_status(GATEWAY, "on", valid)
    sensors: dict[str, SimulatedSensor] = {}
    for kind, name, device_id, value in SENSORS:
        sensors[kind] = world.add_sensor(
            GATEWAY, sensor_id(kind), name, kind, device_id=device_id
        )
        world.report(sensor_id(kind), value)
    for kind, name, device_id in ACTUATORS:
        sensors[kind] = world.add_sensor(
            *(GATEWAY, sensor_id(kind), name, kind),
            device_id=device_id,
            driver_name="jsonrpcActuator",
        )
    for sensor in sensors.values():
        world.report_status(sensor.id, "on", valid)
    return Sample(
        site=site,
        user=user,
        client=client,
        gateway=gateway,
        climate=climate,
        control=control,
        sensors=sensors,
    )
