"""A simulated IoTBiz: a real MQTT broker, a platform and devices.

All of it runs on any event loop, in tests and demos; nothing here needs pytest.

    broker = Broker(tls=True)                       # mosquitto; find_mosquitto() says
    await broker.start()                            # whether there is one
    platform = IotbizSimulator(clock, broker)       # clock: seconds since 1970
    platform.add_customer("abc123", limit=10)
    await platform.start()                          # .base is what "/api/..." is added to
    ...
    await platform.stop()                           # refused; start() again: the same port
    await broker.stop()

`Broker`: `host`, `port`, `tls_port`, `ca_pem`, `foreign_ca_pem`, `tls_context()`,
`start`, `stop`, `kill`, `restart` (same ports, nothing retained), `add_user` (of a
device with its customer, without one of somebody who may do everything), `add_customer`,
`remove_user`, `drop`, `connect` (by hand), `log`. Nothing outlives the process.

`MqttConnection`: MQTT 3.1.1 by hand: `subscribe`, `publish`, `received`, `close`, and
`abort`, after which the broker tells the last will.

`IotbizSimulator`, somebody else's platform: `add_customer`, `add_user`, `add_device` (as
if another client had registered it), `approve`, `forget`, `set_password`, `add_row`,
`send_command`; `devices` by name with `rows`, `state`, `agent_status`, `supervisor`.
What clients did: `requests`, `registrations`, `office.issued`; `faults` is what only a
wrongly programmed client does, at the broker too.
Knobs: `trouble` (a `Trouble`), `wants`, `generation`, `needs_approval`, `page_size`,
`newest_first`, `never_told`, `office.access_life`, `office.refresh_life`,
`office.revoke_all()`, `prefix`.

`SimulatedAgent(base, customer_id, device_id, generation=, has_slash=, local_address=)`, a
device for our own server: `register`, `activate` (both return an `Answer`), `enrol` (both
must succeed), `connect(broker)` (its login must be there: `broker.add_user(device_id,
agent.password, customer_id)`), `publish(attributes)`, `supervisor(line)`, `publish_raw`,
`stop` (a farewell), `kill` (the last will), `close`; `commands`, `password`. `faults` is
what in the server's answers is not as documented.

`PrivateApi(base, secret, login=, local_address=)`, a broker's hook: `update_device`,
`forward` (any JSON), `close`, `faults`. Both are asynchronous context managers.
"""

from .agent import SimulatedAgent
from .broker import Broker
from .certificates import (
    CertificateAuthority,
    ServerCertificate,
    foreign_authority,
    own_authority,
)
from .devices import KnownDevice, StoredRow
from .http_caller import Answer
from .mosquitto import NOT_INSTALLED, MosquittoError, find_mosquitto
from .mqtt import MqttConnection, MqttRefusedError
from .packets import Message
from .private_api import PrivateApi
from .record import RecordedRequest, Registered
from .simulator import IotbizSimulator
from .trouble import Trouble
from .world import World

__all__ = [
    "NOT_INSTALLED",
    "Answer",
    "Broker",
    "CertificateAuthority",
    "IotbizSimulator",
    "KnownDevice",
    "Message",
    "MosquittoError",
    "MqttConnection",
    "MqttRefusedError",
    "PrivateApi",
    "RecordedRequest",
    "Registered",
    "ServerCertificate",
    "SimulatedAgent",
    "StoredRow",
    "Trouble",
    "World",
    "find_mosquitto",
    "foreign_authority",
    "own_authority",
]
