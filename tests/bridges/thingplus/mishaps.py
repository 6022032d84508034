"""What tests let go wrong while a user signs in, and how it is made good."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.simulators.thingplus import SimulatedUser, ThingplusSimulator, Trouble

from .conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME

NOBODY: Final = "http://127.0.0.1:1"
_SCOPES: Final = ("gateway", "site-read")
_UNKNOWN_CLIENT: Final = (
    '{"name":"TokenError","message":"","code":"incorrect_client_credentials",'
    '"status":401}'
)

type Spoil = Callable[[ThingplusSimulator], None]


def nothing(_: ThingplusSimulator) -> None:
    """Leave the server as it is: it is the user who is mistaken."""


def trouble_at(path: str, **trouble: Any) -> Spoil:
    """Let the server have trouble with what begins with a path."""

    def spoil(server: ThingplusSimulator) -> None:
        server.trouble = Trouble(**trouble, path=f"^/{path}")

    return spoil


def lists(**trouble: Any) -> Spoil:
    """Let the server have trouble with lists."""
    return trouble_at("(sites|gateways)", **trouble)


def tokens(**trouble: Any) -> Spoil:
    """Let the server have trouble with tokens."""
    return trouble_at("oauth2/token", **trouble)


def logins(**trouble: Any) -> Spoil:
    """Let the portal have trouble with who logs in."""
    return trouble_at("login", **trouble)


def new_clients(**trouble: Any) -> Spoil:
    """Let the portal have trouble with new applications."""
    return trouble_at("authClients", **trouble)


def ada_of(server: ThingplusSimulator) -> SimulatedUser:
    """Return Ada."""
    ada = server.find_user(USERNAME)
    assert ada is not None
    return ada


def password_changed(server: ThingplusSimulator) -> None:
    """Let the user have another password."""
    ada_of(server).password = "another one"


def user_blocked(server: ThingplusSimulator) -> None:
    """Let the user not be approved of."""
    ada_of(server).is_approved = False


def secret_changed(server: ThingplusSimulator) -> None:
    """Let the application have another secret."""
    server.clients[CLIENT_ID].secret = "another secret"


def no_password_grant(server: ThingplusSimulator) -> None:
    """Let the application be a third party's, which may not send passwords."""
    server.clients[CLIENT_ID].allows_password_grant = False


def only_scopes(*scopes: str) -> Spoil:
    """Let the application be for a few scopes only."""

    def spoil(server: ThingplusSimulator) -> None:
        server.clients[CLIENT_ID].scopes = scopes

    return spoil


def repair(server: ThingplusSimulator) -> None:
    """Let all be as at first."""
    server.trouble = None
    ada = ada_of(server)
    ada.password, ada.is_approved = PASSWORD, True
    client = server.clients[CLIENT_ID]
    client.secret, client.scopes = CLIENT_SECRET, _SCOPES
    client.allows_password_grant = True


@dataclass(frozen=True)
class Mishap:
    """Something that goes wrong until it is corrected.

    Attributes:
        way: How the user signs in.
        name: What tests are called.
        errors: What is shown.
        entered: What the user enters in place of what is right.
        spoil: What is wrong with the server.
    """

    way: str
    name: str
    errors: dict[str, str]
    entered: dict[str, Any] = field(default_factory=dict)
    spoil: Spoil = nothing


def _mishaps(way: str, *rows: tuple[Any, ...]) -> list[Any]:
    return [pytest.param(Mishap(way, *row), id=f"{way}-{row[0]}") for row in rows]


_BOTH: Final[tuple[tuple[Any, ...], ...]] = (
    ("wrong password", {"password": "invalid_auth"}, {"password": "wrong"}),
    ("no password", {"password": "invalid_auth"}, {"password": ""}),
    ("wrong name", {"password": "invalid_auth"}, {"username": "charles"}),
    ("no name", {"username": "invalid_auth"}, {"username": " "}),
    ("new password", {"password": "invalid_auth"}, {}, password_changed),
    ("blocked", {"base": "grant_refused"}, {}, user_blocked),
    ("token: 500", {"base": "cannot_connect"}, {}, tokens(status=500)),
    ("token: 429", {"base": "cannot_connect"}, {}, tokens(status=429)),
    ("token: 404", {"base": "unexpected_answer"}, {}, tokens(status=404)),
    ("token: 302", {"base": "unexpected_answer"}, {}, tokens(status=302)),
    ("token: 401", {"password": "invalid_auth"}, {}, tokens(status=401)),
    ("token: page", {"base": "unexpected_answer"}, {}, tokens(garbage="html")),
    ("token: cut off", {"base": "cannot_connect"}, {}, tokens(drop=True)),
    ("token: silence", {"base": "timeout_connect"}, {}, tokens(hang=True)),
    ("sites: 403", {"base": "no_site_scope"}, {}, trouble_at("sites", status=403)),
    (
        "gateways: 403",
        {"base": "no_gateway_scope"},
        {},
        trouble_at("gateways", status=403),
    ),
    ("lists: 401", {"base": "invalid_auth"}, {}, lists(status=401)),
    ("lists: 500", {"base": "cannot_connect"}, {}, lists(status=500)),
    ("lists: 429", {"base": "cannot_connect"}, {}, lists(status=429)),
    ("lists: 404", {"base": "not_a_thingplus"}, {}, lists(status=404)),
    ("lists: 400", {"base": "not_a_thingplus"}, {}, lists(status=400)),
    ("lists: 302", {"base": "not_a_thingplus"}, {}, lists(status=302)),
    ("lists: page", {"base": "not_a_thingplus"}, {}, lists(garbage="html")),
    ("lists: broken", {"base": "not_a_thingplus"}, {}, lists(garbage="broken_json")),
    ("lists: cut off", {"base": "timeout_connect"}, {}, lists(drop=True)),
    ("lists: silence", {"base": "timeout_connect"}, {}, lists(hang=True)),
)

PASSWORD_MISHAPS: Final = _mishaps(
    "password",
    ("wrong client", {"client_id": "invalid_client"}, {"client_id": "no"}),
    ("no client", {"client_id": "invalid_client"}, {"client_id": " "}),
    ("no secret", {"client_secret": "invalid_client"}, {"client_secret": ""}),
    ("new secret", {"client_id": "invalid_client"}, {}, secret_changed),
    ("third party", {"base": "grant_refused"}, {}, no_password_grant),
    ("no site-read", {"base": "no_site_scope"}, {}, only_scopes("gateway")),
    ("no gateway", {"base": "no_gateway_scope"}, {}, only_scopes("site-read")),
    *_BOTH,
)
# Only after the application has been created
CREATED_MISHAPS: Final = _mishaps(
    "create",
    (
        "not known yet",
        {"base": "new_client_unknown"},
        {},
        tokens(status=401, body=_UNKNOWN_CLIENT),
    ),
    *_BOTH[5:],
)
CREATE_MISHAPS: Final = _mishaps(
    "create",
    ("no scopes", {"scopes": "too_few_scopes"}, {"scopes": []}),
    ("no gateway", {"scopes": "too_few_scopes"}, {"scopes": ["rule", "site-read"]}),
    ("no site-read", {"scopes": "too_few_scopes"}, {"scopes": ["gateway-read"]}),
    ("login: 403", {"base": "client_not_created"}, {}, logins(status=403)),
    ("login: 404", {"base": "client_not_created"}, {}, logins(status=404)),
    ("login: 500", {"base": "cannot_connect"}, {}, logins(status=500)),
    ("login: page", {"base": "not_a_thingplus"}, {}, logins(garbage="html")),
    ("login: silence", {"base": "timeout_connect"}, {}, logins(hang=True)),
    ("client: 400", {"base": "client_not_created"}, {}, new_clients(status=400)),
    ("client: 401", {"base": "client_not_created"}, {}, new_clients(status=401)),
    ("client: 403", {"base": "client_not_created"}, {}, new_clients(status=403)),
    ("client: 404", {"base": "client_not_created"}, {}, new_clients(status=404)),
    ("client: 409", {"base": "client_not_created"}, {}, new_clients(status=409)),
    ("client: 471", {"base": "client_not_created"}, {}, new_clients(status=471)),
    ("client: 500", {"base": "cannot_connect"}, {}, new_clients(status=500)),
    ("client: page", {"base": "not_a_thingplus"}, {}, new_clients(garbage="html")),
    ("client: cut off", {"base": "timeout_connect"}, {}, new_clients(drop=True)),
    *_BOTH[:5],
)
MISHAPS: Final = [*PASSWORD_MISHAPS, *CREATED_MISHAPS, *CREATE_MISHAPS]
