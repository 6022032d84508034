"""Signatures, by the examples of the documents."""

import json
import re

import pytest

from custom_components.iot_bridge.bridges.ewelink.client.signing import (
    new_nonce,
    sign,
    sign_query,
)

APP_ID = "McFJj4Noke1mGDZCR1QarGW7P9Ycp0Vr"
APP_SECRET = "OdPuCZ4PkPPi0rVKRVcGmll2NM6vVk0c"
V1_SIGN_IN = {
    "appid": APP_ID,
    "nonce": "asbsedwq",
    "password": "12345678",
    "phoneNumber": "+8613123456789",
    "ts": 1560306258,
    "version": 8,
}
V2_SIGN_IN = {"email": "1234@gmail.com", "password": "12345678", "countryCode": "+1"}
COMPACT = (",", ":")
SPACED = (", ", ": ")


@pytest.mark.parametrize(
    ("members", "separators", "signature"),
    [
        (V1_SIGN_IN, COMPACT, "XuOzGxtG50CiF4H3odUfZsvKVl5+qSPzhfLEuUd4eJw="),
        (V1_SIGN_IN, SPACED, "XfWcNURxPxpk6Z+6I+WR/j9wHURhvTEK1qa3sAJFNR0="),
        (V2_SIGN_IN, COMPACT, "ttZ/gluzqrafvGonjMD20p4//arW6KoZKbo1SOMEzCA="),
        (V2_SIGN_IN, SPACED, "cE/Wl57Ithy21Elieq5wFsYwJWl2IrkBxlmuCnwI73c="),
    ],
)
def test_body(
    members: dict[str, object], separators: tuple[str, str], signature: str
) -> None:
    body = json.dumps(members, separators=separators)
    assert sign(APP_SECRET, body.encode()) == signature


def test_query() -> None:
    query = {
        "ts": "1558004249",
        "appid": APP_ID,
        "nonce": "2323dfgh",
        "deviceid": "1000012345",
    }
    assert sign_query(APP_SECRET, query) == (
        "2CqlYZcS8x6LI27DgfX3QdqnVCFqbEz8sZXtOGEFuGc="
    )


def test_query_is_not_url_encoded() -> None:
    assert sign_query("key", {"b": "+49 1/2&3", "a": "ä"}) == sign(
        "key", "a=ä&b=+49 1/2&3".encode()
    )


def test_oauth() -> None:
    assert sign("abc", b"ABC_123") == "v1+mfNY2ukxswM8sZOTg99srZsVnUVv9DGXeav1096M="


def test_nonce() -> None:
    nonces = {new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert all(re.fullmatch("[0-9A-Za-z]{8}", nonce) for nonce in nonces)
