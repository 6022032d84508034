"""No secret gets into an error or into the log."""

from collections.abc import Awaitable, Iterator
import traceback

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    Everywhere,
    HkwhubError,
    HubMedia,
    Speech,
    WebMedia,
)
from tests.simulators.hkwhub import SimulatedHome, Trouble

from .ways import CHANNEL, PUBLISH_KEY, SUBSCRIBE_KEY, WAYS, Way

SPEECH = Speech("spoken-secret")
RADIO = WebMedia("http://127.0.0.1:9/media-secret?authSig=signature-secret")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: HkwhubError) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    # Not the lines of the tests themselves, which hold the secrets.
    return "\n".join([*words, *traceback.format_exception_only(error)])


def works(way: Way) -> list[Awaitable[object]]:
    """Return commands with something that nobody else should read."""
    return [
        way.hub.play(SPEECH, Everywhere.PARTY),
        way.hub.play(RADIO, Everywhere.PARTY),
        way.hub.play(HubMedia("persistent-secret"), Everywhere.PARTY),
        way.hub.speakers(),
        way.hub.close_session(),
    ]


def secrets_of(way: Way, home: SimulatedHome) -> list[str]:
    """Return what must not be told."""
    tokens = [] if way.tokens is None else [*map(str, way.tokens.answer.values())]
    return [
        *home.sessions.tokens,
        *tokens,
        PUBLISH_KEY,
        SUBSCRIBE_KEY,
        CHANNEL,
        "spoken-secret",
        "media-secret",
        "signature-secret",
        "persistent-secret",
    ]


TROUBLES: dict[str, object] = {
    "garbage": True,
    "drop": True,
    "lose_answer": True,
    "hang": True,
    "http_status": 502,
    "slow": 0.25,
}
# PubNub passes on no statuses of the hub.
PAIRS = [
    (name, trouble)
    for name in WAYS
    for trouble in TROUBLES
    if (name, trouble) != ("PubNub", "http_status")
]


@pytest.mark.parametrize(("name", "trouble"), PAIRS)
async def test_nothing_is_told(
    session: ClientSession,
    home: SimulatedHome,
    log: pytest.LogCaptureFixture,
    name: str,
    trouble: str,
) -> None:
    failures: list[HkwhubError] = []
    async with WAYS[name](home, session, timeout=0.2, slow_timeout=0.2) as way:
        setattr(way.front.trouble, trouble, TROUBLES[trouble])
        await note_failure(way.hub.open_session(), failures)
        way.front.trouble = Trouble()
        await way.hub.open_session()
        secrets = secrets_of(way, home)
        setattr(way.front.trouble, trouble, TROUBLES[trouble])
        for work in works(way):
            await note_failure(work, failures)
        await way.front.stop()
        await note_failure(way.hub.speakers(), failures)
    told = "\n".join(told_by(failure) for failure in failures)
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in log.records
        if record.name.startswith("custom_components")
    )
    assert len(failures) >= 5
    assert not [secret for secret in secrets if len(secret) > 4 and secret in told]
    assert not [secret for secret in secrets if len(secret) > 4 and secret in logged]
    modules = {type(part).__module__ for failure in failures for part in chain(failure)}
    assert not any(module.startswith("aiohttp") for module in modules)


async def note_failure(work: Awaitable[object], failures: list[HkwhubError]) -> None:
    """Do something that may fail."""
    try:
        await work
    except HkwhubError as failure:
        failures.append(failure)


@pytest.mark.parametrize("name", WAYS)
async def test_shown_objects(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session) as way:
        await way.hub.open_session()
        shown = repr([way.hub, way.transport, SPEECH, RADIO])
        assert not [
            secret
            for secret in secrets_of(way, home)
            if len(secret) > 4 and secret in shown
        ]
