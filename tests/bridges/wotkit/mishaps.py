"""What tests let go wrong while a user signs in, and how it is made good."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.simulators.wotkit import Trouble, WotkitServer

from .conftest import CLIENT_ID, CLIENT_SECRET, KEY_ID, KEY_PASSWORD, PASSWORD, USERNAME

NOBODY: Final = "http://127.0.0.1:1"

type Spoil = Callable[[WotkitServer], None]


def nothing(_: WotkitServer) -> None:
    """Leave the server as it is: it is the user who is mistaken."""


def lists(**trouble: Any) -> Spoil:
    """Let the server have trouble with lists of sensors."""

    def spoil(server: WotkitServer) -> None:
        server.trouble = Trouble(**trouble, path="/sensors")

    return spoil


def tokens(**trouble: Any) -> Spoil:
    """Let the server have trouble with tokens."""

    def spoil(server: WotkitServer) -> None:
        server.trouble = Trouble(**trouble, path="/oauth/token")

    return spoil


def key_removed(server: WotkitServer) -> None:
    """Let the user have taken back the key."""
    server.remove_key(KEY_ID)


def password_changed(server: WotkitServer) -> None:
    """Let the user have another password."""
    server.add_user(USERNAME, "another one")


def secret_changed(server: WotkitServer) -> None:
    """Let the application have another secret."""
    set_secret(server, "another secret")


def set_secret(server: WotkitServer, secret: str) -> None:
    """Give the application a secret; where it sends users back stays."""
    uris = server.office.applications[CLIENT_ID].redirect_uris
    server.add_application(CLIENT_ID, secret, uris)


def repair(server: WotkitServer) -> None:
    """Let all be as at first."""
    server.trouble = None
    server.add_user(USERNAME, PASSWORD)
    server.add_key(USERNAME, KEY_ID, KEY_PASSWORD)
    set_secret(server, CLIENT_SECRET)


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


_LISTS: Final[tuple[tuple[Any, ...], ...]] = (
    ("HTTP 500", {"base": "cannot_connect"}, {}, lists(status=500)),
    ("HTTP 503", {"base": "cannot_connect"}, {}, lists(status=503)),
    ("HTTP 429", {"base": "cannot_connect"}, {}, lists(status=429)),
    ("HTTP 404", {"base": "not_a_wotkit"}, {}, lists(status=404)),
    ("HTTP 400", {"base": "not_a_wotkit"}, {}, lists(status=400)),
    ("HTTP 302", {"base": "not_a_wotkit"}, {}, lists(status=302)),
    ("garbage", {"base": "not_a_wotkit"}, {}, lists(garbage=True)),
    ("cut off", {"base": "timeout_connect"}, {}, lists(drop=True)),
    ("silence", {"base": "timeout_connect"}, {}, lists(hang=True)),
)

MISHAPS: Final = [
    *_mishaps(
        "key",
        ("wrong id", {"password": "invalid_key"}, {"username": "wrong"}),
        ("wrong password", {"password": "invalid_key"}, {"password": "wrong"}),
        ("taken back", {"password": "invalid_key"}, {}, key_removed),
        ("no id", {"username": "invalid_key"}, {"username": " "}),
        ("no password", {"password": "invalid_key"}, {"password": "\t"}),
        ("colon", {"username": "invalid_key"}, {"username": "a:b"}),
        ("HTTP 401", {"password": "invalid_key"}, {}, lists(status=401)),
        ("HTTP 403", {"password": "invalid_key"}, {}, lists(status=403)),
        *_LISTS,
    ),
    *_mishaps(
        "user",
        ("wrong password", {"password": "invalid_auth"}, {"password": "wrong"}),
        ("no password", {"password": "invalid_auth"}, {"password": ""}),
        ("wrong name", {"password": "invalid_auth"}, {"username": "charles"}),
        ("new password", {"password": "invalid_auth"}, {}, password_changed),
        ("no name", {"username": "invalid_auth"}, {"username": " "}),
        ("colon", {"username": "invalid_auth"}, {"username": "ada:lovelace"}),
        ("HTTP 403", {"password": "invalid_auth"}, {}, lists(status=403)),
        *_LISTS,
    ),
    *_mishaps(
        "password_grant",
        ("wrong password", {"password": "invalid_auth"}, {"password": "wrong"}),
        ("wrong name", {"password": "invalid_auth"}, {"username": "charles"}),
        ("no name", {"username": "invalid_auth"}, {"username": " "}),
        ("new password", {"password": "invalid_auth"}, {}, password_changed),
        ("wrong client", {"client_id": "invalid_client"}, {"client_id": "no"}),
        ("no client", {"client_id": "invalid_client"}, {"client_id": " "}),
        ("no secret", {"client_secret": "invalid_client"}, {"client_secret": ""}),
        ("new secret", {"client_id": "invalid_client"}, {}, secret_changed),
        ("token: 500", {"base": "cannot_connect"}, {}, tokens(status=500)),
        ("token: 429", {"base": "cannot_connect"}, {}, tokens(status=429)),
        ("token: 404", {"base": "unexpected_answer"}, {}, tokens(status=404)),
        ("token: 302", {"base": "unexpected_answer"}, {}, tokens(status=302)),
        ("token: 401", {"password": "invalid_auth"}, {}, tokens(status=401)),
        ("token: garbage", {"base": "unexpected_answer"}, {}, tokens(garbage=True)),
        ("token: cut off", {"base": "cannot_connect"}, {}, tokens(drop=True)),
        ("token: silence", {"base": "timeout_connect"}, {}, tokens(hang=True)),
        ("HTTP 401", {"base": "invalid_auth"}, {}, lists(status=401)),
        *_LISTS,
    ),
]
