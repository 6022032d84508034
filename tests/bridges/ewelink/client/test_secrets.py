"""No secret gets into an error or into the log."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
import traceback

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    EwelinkError,
    Generation,
)
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedDevice

from .conftest import (
    APP,
    LIST_PATHS,
    PASSWORD,
    REFRESH_PATHS,
    SIGN_IN_PATHS,
    Listener,
    MakeClient,
    failure_of,
    listening,
    until,
)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: EwelinkError) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    return "\n".join([*words, *traceback.format_exception(error)])


@pytest.mark.parametrize(
    "trouble",
    [
        {"http_status": 500},
        {"http_status": 400},
        {"http_status": 302},
        {"hang_paths": "all"},
        {"garbage_paths": "all"},
    ],
)
async def test_failing_calls(
    make_client: MakeClient,
    generation: Generation,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    log: pytest.LogCaptureFixture,
    trouble: dict[str, object],
) -> None:
    tokens = await make_client(generation).sign_in()
    paths = {SIGN_IN_PATHS[generation], REFRESH_PATHS[generation]}
    paths.add(LIST_PATHS[generation])
    for name, value in trouble.items():
        setattr(simulator.trouble, name, {"all": paths}.get(str(value), value))
    ended = replace(tokens, access_expires_at=1)
    failures = [
        await failure_of(make_client(generation).sign_in()),
        await failure_of(make_client(generation, tokens=ended).devices(["home"])),
        await failure_of(make_client(generation, tokens=tokens).devices(["home"])),
    ]
    await simulator.stop()
    failures.append(
        await failure_of(make_client(generation, tokens=ended).devices(["home"]))
    )
    secrets = [
        PASSWORD,
        APP.app_secret,
        tokens.access_token,
        tokens.refresh_token,
        tokens.apikey,
    ]
    told = "\n".join(told_by(failure) for failure in failures)
    logged = "\n".join(
        record.getMessage()
        for record in log.records
        if record.name.startswith("custom_components")
    )
    assert not [secret for secret in secrets if secret in told + logged]
    assert account.email is not None
    assert account.email not in told + logged
    assert not any("aiohttp" in type(part).__module__ for part in chain(failures[-1]))


async def test_socket(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    plug: SimulatedDevice,
    log: pytest.LogCaptureFixture,
) -> None:
    tokens = await client.sign_in()
    secrets = [tokens.access_token, tokens.apikey, "wifi-password"]
    listener = Listener(client)
    failures = []
    for trouble in ("refuse_sockets", "hang_handshake", "silent_pong"):
        setattr(simulator.trouble, trouble, True)
        listener.start()
        failures.append(await listener.ended())
        setattr(simulator.trouble, trouble, False)
    (device,) = await client.devices()
    plug.refuses = 400
    async with listening(client) as listener:
        await simulator.send_raw('{"garbage":"wifi-password"}')
        await simulator.send_raw("wifi-password")
        await plug.report({"bindInfos": "wifi-password"})
        await until(lambda: listener.updates)
        failures.append(
            await failure_of(client.send(device, {"ssid": "wifi-password"}))
        )
    told = "\n".join(told_by(failure) for failure in failures)
    logged = "\n".join(
        record.getMessage()
        for record in log.records
        if record.name.startswith("custom_components")
    )
    assert not [secret for secret in secrets if secret in told + logged]


async def test_shown_objects(make_client: MakeClient) -> None:
    client = make_client()
    tokens = await client.sign_in()
    shown = repr([client, tokens, APP])
    assert tokens.access_token not in shown
    assert tokens.refresh_token not in shown
    assert tokens.apikey not in shown
    assert APP.app_secret not in shown
    assert APP.app_id in shown


def test_shown_credentials(credentials: object) -> None:
    assert PASSWORD not in repr(credentials)
    assert "ada" not in repr(credentials)


async def test_shared_failures_are_apart(
    make_client: MakeClient, account: SimulatedAccount
) -> None:
    account.password = "another"
    client = make_client()
    failures = await asyncio.gather(*(failure_of(client.devices()) for _ in range(3)))
    assert len({id(failure) for failure in failures}) == 3
    assert [list(chain(failure)) for failure in failures] == [[f] for f in failures]
