"""What tokens tell, and what is sent in place of a password."""

from base64 import urlsafe_b64encode
import json
import time
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    password_hash,
    token_life,
    token_user,
)

# Thing+ HTTPS guide, "Access Token acquisition"
SAMPLE = (
    "2yJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."
    "eyJ1c2VySWQiOiIxIiwiY2xpZW50SWQiOiJ0ZXN0Q2xpZW50SWQiLCJpYXQiOjE0OTU0MzYwMzks"
    "ImV4cCI6MTUwMzIxMjAzOX0."
    "dQ65zRCgRml96fTc8CDnExAukrFPSLd7NzDlUkf4eYk"
)
DAY = 24 * 3600


def jwt(payload: Any) -> str:
    """Return a token; nothing looks at its head and its signature."""
    content = json.dumps(payload).encode()
    return f"head.{urlsafe_b64encode(content).decode().rstrip('=')}.signature"


def test_sample_of_the_guide() -> None:
    assert token_life(SAMPLE) == 90 * DAY
    assert token_user(SAMPLE) == "1"


@pytest.mark.parametrize(
    ("payload", "life"),
    [
        ({"iat": 1000, "exp": 1060}, 60),
        ({"iat": 1000.5, "exp": 1060.5}, 60),
        ({"iat": "1000", "exp": "1060"}, 60),
        ({"iat": 1060, "exp": 1060}, None),
        ({"iat": 1061, "exp": 1060}, None),
        ({"iat": 0, "exp": 10 * 366 * DAY - 1}, 10 * 366 * DAY - 1),
        ({"iat": 0, "exp": 10 * 366 * DAY}, None),
        ({"iat": 1000, "exp": "soon"}, None),
        ({"iat": 1000, "exp": None}, None),
        ({"iat": 1000}, None),
        ({"exp": 1060}, None),
        ({}, None),
        ([1000, 1060], None),
        ("text", None),
    ],
)
def test_life(payload: Any, life: float | None) -> None:
    assert token_life(jwt(payload)) == life


@pytest.mark.parametrize("issued", [{}, {"iat": None}, {"iat": "x"}])
def test_life_from_now_on(issued: dict[str, Any]) -> None:
    life = token_life(jwt({"exp": time.time() + 100, **issued}))
    assert life == pytest.approx(100, abs=5)


@pytest.mark.parametrize(
    ("payload", "user"),
    [
        ({"userId": "42"}, "42"),
        ({"userId": 42}, "42"),
        ({"userId": ""}, None),
        ({"userId": None}, None),
        ({"userId": True}, None),
        ({"userId": ["42"]}, None),
        ({}, None),
    ],
)
def test_user(payload: Any, user: str | None) -> None:
    assert token_user(jwt(payload)) == user


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "..",
        "a.tür.c",
        "a.bnVsbA.c",
        "a._____w.c",
        f"a.{urlsafe_b64encode(b'[' * 100_000).decode()}.c",
    ],
    ids=range(10),
)
def test_no_jwt(token: str) -> None:
    assert token_life(token) is None
    assert token_user(token) is None


@pytest.mark.parametrize(
    ("password", "digest"),
    [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("password", "5f4dcc3b5aa765d61d8327deb882cf99"),
        # In UTF-8; by md5sum
        ("\u00fc", "c03410a5204b21cd8229ff754688d743"),
    ],
)
def test_password(password: str, digest: str) -> None:
    assert password_hash(password) == digest


def test_half_a_character_in_a_password() -> None:
    assert password_hash("\ud800") == password_hash("?")
