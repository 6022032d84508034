"""A simulated Thing+ server: REST v2 with OAuth2, on a port of this machine.

It needs aiohttp alone, and runs on any event loop: in tests and demos.

    simulator = ThingplusSimulator(clock)      # clock: seconds since 1970, may stand still
    sample = sample_world(simulator)           # user, client, gateway "Greenhouse"; ids
    await simulator.start()                    # .api is the base, .url without "/v2"
    await simulator.stop()                     # refused; start() again: the same port

People: `add_site`, `add_user` (`user.password`, `user.is_approved` may be changed),
`remove_user`, `add_client` (scopes, redirect URIs, `allows_password_grant`),
`issue_token`, `revoke_token`, `revoke_client`, `revoke_all`. `office` has the lives of
tokens and codes, `expired_status`, and all tokens `issued`.

Things: `add_gateway`, `add_device`, `add_sensor` (actuators too), `rename`,
`set_report_interval`, `remove`, `gateway_models` (may be changed). They are in
`gateways`, `devices` and `sensors` by id; `gateway.control_answer` and
`sensor.on_command` decide what becomes of commands.

Reports: `report` (one value, its time), `report_values` (many of one sensor),
`report_all` (one of each of several), `report_status` (its validity).

What clients did: `requests`, `registered`, `commands`, `office.issued`,
`sensor.points` and `.values`, `statuses` of gateways and sensors; `faults` is what only
a wrongly programmed client does, `check_status_periods` looks for statuses that ran out.
`watch.polls_per_minute` (None: any number) and `watch.watches_status_periods` choose.

Knobs: `trouble` (a `Trouble`), `limits`, `settle_seconds`, `gateway_id_spelling`,
`status_spelling`, `nested_embeds`, `sends_meta`, `report_interval_as`, `max_count`,
`date_offset`, `base_path`.
"""

from .catalogue import gateway_model
from .people import OAuthClient, SimulatedSite, SimulatedUser, md5_of
from .record import ActuatorCommand, RecordedRequest, Registration
from .sample import (
    CLIENT_ID,
    CLIENT_SECRET,
    GATEWAY,
    LOGIN,
    PASSWORD,
    Sample,
    sample_world,
    sensor_id,
)
from .sensor_types import SENSOR_TYPES, SensorType
from .simulator import ThingplusSimulator
from .things import (
    Point,
    SimulatedDevice,
    SimulatedGateway,
    SimulatedSensor,
    StatusReport,
)
from .tokens import IssuedToken
from .trouble import Trouble
from .world import Limits, World

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "GATEWAY",
    "LOGIN",
    "PASSWORD",
    "SENSOR_TYPES",
    "ActuatorCommand",
    "IssuedToken",
    "Limits",
    "OAuthClient",
    "Point",
    "RecordedRequest",
    "Registration",
    "Sample",
    "SensorType",
    "SimulatedDevice",
    "SimulatedGateway",
    "SimulatedSensor",
    "SimulatedSite",
    "SimulatedUser",
    "StatusReport",
    "ThingplusSimulator",
    "Trouble",
    "World",
    "gateway_model",
    "md5_of",
    "sample_world",
    "sensor_id",
]
