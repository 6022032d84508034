"""What a broker knows of logins, as its plugin for logins wants it.

Source: mosquitto's documentation, "Dynamic Security Plugin". A file of passwords would
not do: there a name cannot have the colons of a MAC address.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import hashlib
import json
import secrets
from typing import Any, Final

CONTROL_TOPIC: Final = "$CONTROL/dynamic-security/v1"
ANSWER_TOPIC: Final = "$CONTROL/dynamic-security/v1/response"

# They live as long as a test: brokers of the real world take more.
_ITERATIONS: Final = 1
_ALL: Final = ("#", "$CONTROL/#", "$SYS/#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account at a broker.

    Attributes:
        name: The user's name.
        password: Its password.
        may_publish: Patterns of topics.
        may_subscribe: Patterns of topics.
    """

    name: str
    password: str = field(repr=False)
    may_publish: tuple[str, ...]
    may_subscribe: tuple[str, ...]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Return what it may do, as the plugin wants it."""
        return [
            {"acltype": kind, "topic": pattern, "priority": 0, "allow": True}
            for kind, patterns in (
                ("publishClientSend", self.may_publish),
                ("subscribePattern", self.may_subscribe),
                ("publishClientReceive", self.may_subscribe),
            )
            for pattern in patterns
        ]


def admin_login(name: str, password: str) -> Login:
    """Return an account that may do everything."""
    return Login(name=name, password=password, may_publish=_ALL, may_subscribe=_ALL)


def device_login(device_id: str, password: str, customer_id: str) -> Login:
    """Return the account of a device.

    Source: emqx_auth_pgsql.conf and the table of ACLs: a device may subscribe to
    `devices/in/{customer}/{device}/#` and publish to `devices/out/{customer}/{device}/#`.
    """
    ends = f"{customer_id}/{device_id}/#"
    return Login(
        name=device_id,
        password=password,
        may_publish=(f"devices/out/{ends}",),
        may_subscribe=(f"devices/in/{ends}",),
    )


def customer_login(customer_id: str, password: str) -> Login:
    """Return the account of a customer: all of its devices, both ways. Source: as above."""
    both = (f"devices/in/{customer_id}/#", f"devices/out/{customer_id}/#")
    return Login(
        name=customer_id, password=password, may_publish=both, may_subscribe=both
    )


def login_file(logins: Iterable[Login]) -> str:
    """Write the file that the plugin reads when the broker starts."""
    logins = list(logins)
    return json.dumps(
        {
            "clients": [
                {
                    "username": login.name,
                    "roles": [{"rolename": login.name}],
                    **_hashed(login.password),
                }
                for login in logins
            ],
            "roles": [
                {"rolename": login.name, "acls": login.rules} for login in logins
            ],
            "defaultACLAccess": {
                "publishClientSend": False,
                "publishClientReceive": False,
                "subscribe": False,
                "unsubscribe": True,
            },
        }
    )


def adding_commands(login: Login) -> list[dict[str, Any]]:
    """Return the commands that add an account to a broker that runs."""
    return [
        {"command": "createRole", "rolename": login.name, "acls": login.rules},
        {
            "command": "createClient",
            "username": login.name,
            "password": login.password,
            "roles": [{"rolename": login.name, "priority": 0}],
        },
    ]


def removing_commands(name: str) -> list[dict[str, Any]]:
    """Return the commands that take an account away; who is connected by it is not then."""
    return [
        {"command": "deleteClient", "username": name},
        {"command": "deleteRole", "rolename": name},
    ]


def dropping_commands(name: str) -> list[dict[str, Any]]:
    """Return the commands that cut the connections of an account."""
    return [
        {"command": "disableClient", "username": name},
        {"command": "enableClient", "username": name},
    ]


def errors_in(answer: bytes) -> list[str]:
    """Return what a broker found wrong with commands."""
    responses: list[Mapping[str, str]] = json.loads(answer)["responses"]
    return [response["error"] for response in responses if "error" in response]


def _hashed(password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return {
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": _ITERATIONS,
    }
