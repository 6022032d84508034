"""The simulated eWeLink cloud notes what a wrong client does over REST."""

import asyncio
import json
import time
from typing import Any

import pytest

from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp

from .hand_made_client import REDIRECT_URL, HandMadeClient, sign

LOGIN = {"email": "ada@example.com", "password": "12345678"}
REMOVED: Any = object()


def changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Change members, or remove them."""
    mixed = good | changes
    return {name: value for name, value in mixed.items() if value is not REMOVED}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"appid": REMOVED}, "`appid` is missing"),
        ({"nonce": "short"}, "`nonce`"),
        ({"nonce": 12345678}, "`nonce`"),
        ({"nonce": "asbs-dwq"}, "`nonce`"),
        ({"ts": REMOVED}, "`ts`"),
        ({"ts": str(int(time.time()))}, "`ts`"),
        ({"ts": time.time()}, "`ts`"),
        ({"ts": int(time.time() * 1000)}, "`ts`"),
        ({"ts": 1560306258}, "`ts`"),
        ({"version": "8"}, "`version`"),
        ({"version": 6}, "`version`"),
        ({"password": REMOVED}, "`password` is missing"),
        ({"password": 12345678}, "`password`"),
        ({"email": REMOVED}, "`email` is missing"),
        ({"email": "ada"}, "`email`"),
        ({"phoneNumber": "01234567"}, "`phoneNumber`"),
    ],
)
async def test_v1_login_parameters(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    changes: dict[str, Any],
    fault: str,
) -> None:
    """Parameters of the login that are missing or of the wrong type."""
    body = json.dumps(changed(client.common() | LOGIN, changes)).encode()
    headers = client.v1_headers(f"Sign {sign(client.secret, body)}")
    answer = await client.send("POST", "/api/user/login", headers, body=body)
    assert answer["error"] == 400
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"nonce": REMOVED}, "`nonce`"),
        ({"ts": "15452192511"}, "`ts`"),
        ({"version": "6"}, "`version`"),
        ({"lang": "de"}, "`lang`"),
        ({"appid": REMOVED}, "`appid`"),
    ],
)
async def test_v1_query_parameters(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    changes: dict[str, Any],
    fault: str,
) -> None:
    """Parameters of a query string are checked as text."""
    await client.v1_login()
    answer = await client.send(
        "GET",
        "/api/user/device",
        client.v1_headers(f"Bearer {client.access_token}"),
        query=changed(client.common(), changes),
    )
    assert answer["error"] == 400
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


@pytest.mark.parametrize(
    ("path", "changes", "error", "fault"),
    [
        ("/api/user/login", {"Authorization": "Bearer x"}, 406, "no signature"),
        ("/api/user/login", {"Authorization": REMOVED}, 406, "no signature"),
        ("/api/user/login", {"Authorization": "Sign eA=="}, 406, "signature is wrong"),
        ("/api/user/login", {"Content-Type": "text/plain"}, 400, "Content-Type"),
        ("/v2/user/login", {"Authorization": "Bearer x"}, 400, "no signature"),
        ("/v2/user/login", {"Authorization": "Sign eA=="}, 400, "signature is wrong"),
        ("/v2/user/login", {"Content-Type": "text/plain"}, 400, "Content-Type"),
        (
            "/v2/user/login",
            {"Content-Type": "application/json; charset=latin-1"},
            400,
            "charset",
        ),
        ("/v2/user/login", {"X-CK-Appid": REMOVED}, 400, "X-CK-Appid"),
        ("/v2/user/login", {"X-CK-Nonce": REMOVED}, 400, "X-CK-Nonce"),
        ("/v2/user/login", {"X-CK-Nonce": "123456789"}, 400, "X-CK-Nonce"),
    ],
)
async def test_headers_before_login(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    path: str,
    changes: dict[str, Any],
    error: int,
    fault: str,
) -> None:
    """Headers that are missing or wrong on a signed call."""
    members = client.common() | LOGIN | {"countryCode": "+49"}
    body = json.dumps(members).encode()
    headers = client.v2_headers(f"Sign {sign(client.secret, body)}")
    answer = await client.send("POST", path, changed(headers, changes), body=body)
    assert answer["error"] == error
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


@pytest.mark.parametrize(
    ("path", "changes", "error", "fault"),
    [
        ("/v2/family", {"Authorization": "Sign eA=="}, 401, "no access token"),
        ("/v2/family", {"Content-Type": REMOVED}, 400, "Content-Type"),
        ("/v2/family", {"X-CK-Nonce": REMOVED}, 400, "X-CK-Nonce"),
        ("/v2/family", {"X-CK-Appid": "other"}, 401, "another app"),
        ("/v2/family", {"X-CK-Appid": REMOVED}, 0, "X-CK-Appid"),
        ("/v2/user/profile", {"X-CK-Appid": REMOVED}, 400, "X-CK-Appid"),
        ("/v2/nothing", {}, 403, "no such call"),
    ],
)
async def test_headers_after_login(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    path: str,
    changes: dict[str, Any],
    error: int,
    fault: str,
) -> None:
    """Headers that are missing or wrong on a call with an access token."""
    simulator.add_app("other", "other-secret")
    await client.v2_login()
    headers = changed(client.v2_headers(f"Bearer {client.access_token}"), changes)
    answer = await client.send("GET", path, headers)
    assert answer["error"] == error
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


async def test_signature_of_other_bytes(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A signature of the same data in other bytes is wrong, by POST and by GET."""
    members = client.common() | LOGIN
    signed = json.dumps(members, sort_keys=True).encode()
    headers = client.v1_headers(f"Sign {sign(client.secret, signed)}")
    answer = await client.send(
        "POST", "/api/user/login", headers, body=json.dumps(members).encode()
    )
    assert answer["error"] == 406
    query = client.common() | {"grantType": "refresh", "rt": "a+b"}
    encoded = "&".join(f"{name}={query[name]}" for name in sorted(query))
    message = encoded.replace("+", "%2B").encode()
    headers = client.v1_headers(f"Sign {sign(client.secret, message)}")
    answer = await client.send("GET", "/api/user/refresh", headers, query=query)
    assert answer["error"] == 406
    assert len(simulator.faults) == 2


@pytest.mark.parametrize(
    ("path", "members", "fault"),
    [
        ("/v2/user/login", LOGIN, "`countryCode` is missing"),
        ("/v2/user/login", LOGIN | {"countryCode": "49"}, "`countryCode`"),
        ("/v2/user/login", {"countryCode": "+49", "password": "x"}, "`email`"),
        ("/v2/user/refresh", {}, "`rt` is missing"),
        ("/v2/user/oauth/token", {"grantType": "code"}, "`grantType`"),
        (
            "/v2/user/oauth/token",
            {"grantType": "authorization_code", "redirectUrl": REDIRECT_URL},
            "`code` is missing",
        ),
    ],
)
async def test_v2_signed_parameters(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    path: str,
    members: dict[str, Any],
    fault: str,
) -> None:
    """Parameters of v2 calls before login."""
    assert (await client.v2_signed_post(path, **members))["error"] == 400
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


@pytest.mark.parametrize(
    ("path", "members", "fault"),
    [
        ("/v2/device/thing", {}, "`thingList`"),
        (
            "/v2/device/thing",
            {"thingList": [{"itemType": 1, "id": str(n)} for n in range(11)]},
            "`thingList`",
        ),
        ("/v2/device/thing", {"thingList": [{"id": 5}]}, "without `id`"),
        ("/v2/device/thing/status", {"id": "1000000001", "params": {}}, "`type`"),
        (
            "/v2/device/thing/status",
            {"type": 2, "id": "1000000001", "params": {}},
            "`type`",
        ),
        (
            "/v2/device/thing/status",
            {"type": 1, "id": "1000000001", "params": {}},
            "`params`",
        ),
    ],
)
async def test_v2_bearer_parameters(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    client: HandMadeClient,
    path: str,
    members: dict[str, Any],
    fault: str,
) -> None:
    """Parameters of v2 calls after login."""
    simulator.add_device(account, uiid=1, name="Lamp")
    await client.v2_login()
    assert (await client.v2_post(path, **members))["error"] == 400
    assert len(simulator.faults) == 1
    assert fault in simulator.faults[0]


async def test_v2_queries(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Numbers of query strings, unknown homes and things, values out of range."""
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    await client.v2_login()
    get, post = client.v2_get, client.v2_post
    assert (await get("/v2/device/thing", num="many"))["error"] == 400
    assert (await get("/v2/device/thing", num="-1"))["error"] == 400
    assert len(simulator.faults) == 2
    assert (await get("/v2/device/thing", familyid="none"))["error"] == 20001
    status = "/v2/device/thing/status"
    assert (await get(status, type="1", id="none"))["error"] == 30018
    assert len(simulator.faults) == 2
    answer = await post(status, type=1, id=lamp.device_id, params={"switch": "maybe"})
    assert answer["error"] == 4002
    answer = await post(status, type=1, id=lamp.device_id, params={"switches": []})
    assert answer["error"] == 400
    assert len(simulator.faults) == 4


async def test_v1_other_calls(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Faults of the smaller v1 calls."""
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    other = simulator.add_account(email="bob@example.com", password="12345678")
    foreign = simulator.add_device(other, uiid=1, name="Not yours")
    await client.v1_login()
    one = f"/api/user/device/{lamp.device_id}"
    status = "/api/user/device/status"
    expected = [
        (await client.v1_post("/dispatch/app"), 400),
        (await client.v1_get(one), 400),
        (await client.v1_get(one, deviceid="x", apikey="x"), 400),
        (await client.v1_get(one, deviceid=lamp.device_id, apikey="x"), 403),
        (await client.v1_post(status, deviceid=lamp.device_id), 400),
        (await client.v1_signed_get("/api/user/refresh", rt="x"), 400),
        (await client.v1_signed_get("/api/user/region", country_code="+49"), 400),
    ]
    assert [answer["error"] for answer, _ in expected] == [code for _, code in expected]
    assert len(simulator.faults) == len(expected)
    answer = await client.v1_get(status, deviceid=foreign.device_id)
    assert (answer["error"], len(simulator.faults)) == (403, len(expected))


async def test_malformed_requests(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Bodies that are no JSON object, GET with a body, repeated parameters."""
    headers = client.v1_headers("Sign x")
    for body in (b"", b"[]", b"{'a': 1}", b"\xff"):
        answer = await client.send("POST", "/api/user/login", headers, body=body)
        assert answer["error"] == 400
    answer = await client.send("GET", "/api/user/refresh", headers, body=b"{}")
    assert answer["error"] == 400
    answer = await client.send("GET", "/api/user/refresh?rt=1&rt=2", headers)
    assert answer["error"] == 400
    assert len(simulator.faults) == 6


async def test_tokens_in_the_wrong_place(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
) -> None:
    """Tokens and codes at another region or with another app."""
    simulator.add_app("other", "other-secret")
    other = HandMadeClient(client.session, client.server, "other", "other-secret")
    await client.v2_login()
    other.access_token, other.refresh_token = client.access_token, client.refresh_token
    assert (await other.v2_get("/v2/family"))["error"] == 401
    answer = await other.v2_signed_post("/v2/user/refresh", rt=other.refresh_token)
    assert answer["error"] == 401
    client.server = f"{simulator.url}/us"
    assert (await client.v2_get("/v2/family"))["error"] == 401
    answer = await client.v2_signed_post("/v2/user/refresh", rt=client.refresh_token)
    assert answer["error"] == 401
    token = {"redirectUrl": REDIRECT_URL, "grantType": "authorization_code"}
    wrong_uses = (
        (client, token),
        (other, token),
        (client, token | {"redirectUrl": "https://example.com"}),
    )
    for user, members in wrong_uses:
        code = simulator.issue_code(account, app, REDIRECT_URL)
        answer = await user.v2_signed_post("/v2/user/oauth/token", code=code, **members)
        assert answer["error"] == 405
    assert len(simulator.faults) == 7


async def test_refresh_with_the_access_token(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A v2 refresh takes the access token in place of a signature, if it fits."""
    await client.v2_login()
    good = client.access_token
    client.access_token = "someone-elses"
    answer = await client.v2_post("/v2/user/refresh", rt=client.refresh_token)
    assert (answer["error"], len(simulator.faults)) == (401, 1)
    client.access_token = good
    answer = await client.v2_post("/v2/user/refresh", rt=client.refresh_token)
    assert (answer["error"], len(simulator.faults)) == (0, 1)


@pytest.mark.parametrize(
    ("name", "value", "faults"),
    [
        ("clientId", "", 1),
        ("clientId", "mistyped", 0),
        ("seq", "1560306258", 1),
        ("seq", "1560306258000", 1),
        ("authorization", "eA==", 1),
        ("redirectUrl", "https://example.com/elsewhere", 1),
        ("grantType", "code", 1),
        ("state", "", 1),
        ("nonce", "1", 1),
    ],
)
async def test_page_links(
    simulator: EwelinkSimulator,
    client: HandMadeClient,
    name: str,
    value: str,
    faults: int,
) -> None:
    """Links to the OAuth page that are wrong."""
    async with client.session.get(client.page_url(**{name: value})) as page:
        assert page.status == 400
    assert len(simulator.faults) == faults


async def test_request_rate(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Calls too close to each other, and too many calls."""
    simulator.knobs.min_request_interval = 0.2
    await client.v1_login()
    await asyncio.sleep(0.2)
    await client.v1_get("/api/user/device")
    assert simulator.faults == []
    await client.v1_get("/api/user/device")
    assert len(simulator.faults) == 1
    assert "after the call before" in simulator.faults[0]
    simulator.knobs.min_request_interval = 0
    simulator.knobs.max_requests = 3
    await client.v1_get("/api/user/device")
    assert "4 calls within 300 s" in simulator.faults[1]


async def test_unknown_calls_of_things(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A group is asked for as a group; a silent device fails over REST."""
    group = simulator.add_device(account, uiid=5000, name="All", item_type=3)
    lamp = simulator.add_device(account, uiid=1, name="Lamp")
    lamp.silent = True
    simulator.knobs.begin_index_inclusive = False
    await client.v2_login()
    status = "/v2/device/thing/status"
    answer = await client.v2_get(status, type="2", id=group.device_id)
    assert answer["data"]["params"]["switch"] == "off"
    answer = await client.v2_get(status, type="1", id=group.device_id)
    assert (answer["error"], len(simulator.faults)) == (400, 1)
    answer = await client.v2_post(
        status, type=1, id=lamp.device_id, params={"switch": "on"}
    )
    assert answer["error"] == 4002
    page = await client.v2_get("/v2/device/thing", beginIndex=str(group.index))
    assert [thing["index"] for thing in page["data"]["thingList"]] == [lamp.index]
    answer = await client.v2_post("/dispatch/app", accept="http")
    assert (answer["error"], len(simulator.faults)) == (400, 2)
    assert (await client.v2_post("/dispatch/app", accept="ws"))["error"] == 0
