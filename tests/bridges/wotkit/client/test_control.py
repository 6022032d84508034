"""Control channels: messages arrive, in order, each once, whatever happens."""

import asyncio

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    CannotConnectError,
    ControlChannel,
    ControlMessage,
    NotFoundError,
    RequestTimeoutError,
    SignInError,
    SubscriptionGoneError,
    WotkitClient,
    WotkitError,
)
from tests.bridges.scripted import Reply, ScriptedServer
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import until

from .listening import listener_of, listening
from .world import USER, client_of


def lamp(server: WotkitServer) -> SimulatedSensor:
    """Return the lamp post."""
    sensor = server.find_named(USER, "lamp_post")
    assert sensor is not None
    return sensor


def polls(server: WotkitServer) -> int:
    """Return how often somebody asked for messages."""
    return sum(
        request.method == "GET" and "control/sub" in request.path
        for request in server.requests
    )


async def until_polled(server: WotkitServer, times: int) -> None:
    """Wait until somebody has asked for messages some times more."""
    wanted = polls(server) + times
    await until(lambda: polls(server) >= wanted)


async def test_message(client: WotkitClient, server: WotkitServer) -> None:
    """It comes within the poll, not after it."""
    server.wait_scale = 1
    listener = listener_of(client)
    async with listening(listener):
        await until(lambda: polls(server) == 1)
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: listener.messages)
        assert listener.messages == [{"button": "on"}]
        await server.send_message(lamp(server), {"button": "off", "slider": 7})
        await until(lambda: len(listener.messages) == 2)
        await until(lambda: polls(server) == 3)
    assert listener.ups == 1
    assert listener.subscriptions == [listener.channel.subscription] == [1234]
    assert listener.sleeps == []


@pytest.mark.parametrize("name", ["lamp_post", "ada.lamp_post", 1001])
async def test_names(
    client: WotkitClient, server: WotkitServer, name: str | int
) -> None:
    listener = listener_of(client, name)
    async with listening(listener):
        await until(lambda: listener.ups)
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: listener.messages)


async def test_several_at_once(client: WotkitClient, server: WotkitServer) -> None:
    """What was sent while nobody listened, for example during a restart."""
    subscription = await client.subscribe_control("lamp_post")
    sent: list[ControlMessage] = [{"slider": str(number)} for number in range(5)]
    for message in sent:
        await server.send_message(lamp(server), message)
    listener = listener_of(client, subscription=subscription)
    async with listening(listener):
        await until(lambda: len(listener.messages) == 5)
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: len(listener.messages) == 6)
    assert listener.messages == [*sent, {"button": "on"}]
    assert listener.subscriptions == []
    assert listener.ups == 1


async def test_many_while_listening(client: WotkitClient, server: WotkitServer) -> None:
    listener = listener_of(client)
    async with listening(listener):
        await until(lambda: listener.ups)
        for number in range(100):
            await server.send_message(lamp(server), {"slider": str(number)})
            await asyncio.sleep(0)
        await until(lambda: len(listener.messages) == 100)
    assert [int(message["slider"]) for message in listener.messages] == [*range(100)]


async def test_other_subscription_each(
    session: ClientSession, server: WotkitServer
) -> None:
    """Several listeners all hear everything."""
    listeners = [listener_of(client_of(session, server)) for _ in range(2)]
    async with listening(listeners[0]), listening(listeners[1]):
        await until(lambda: all(listener.ups for listener in listeners))
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: all(listener.messages for listener in listeners))


async def test_old_subscription(client: WotkitClient, server: WotkitServer) -> None:
    """One from before a restart that took too long."""
    listener = listener_of(client, subscription=77)
    async with listening(listener):
        await until(lambda: listener.ups)
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: listener.messages)
    assert listener.subscriptions == [None, 1234]
    assert listener.ups == 1


async def test_dropped_subscriptions(
    client: WotkitClient, server: WotkitServer
) -> None:
    listener = listener_of(client)
    async with listening(listener):
        for count in range(1, 4):
            await until_polled(server, 2)
            server.drop_subscriptions()
            await until(lambda: server.control.listeners)
            await server.send_message(lamp(server), {"slider": str(count)})
            await until_polled(server, 2)
            assert len(listener.messages) == count
    assert listener.subscriptions == [1234, None, 1235, None, 1236, None, 1237]
    assert listener.ups == 1


async def test_subscription_that_idled(
    client: WotkitClient, server: WotkitServer
) -> None:
    """The server drops it after five minutes without a poll."""
    subscription = await client.subscribe_control("lamp_post")
    now = server.clock()
    server.clock = lambda: now + 301
    listener = listener_of(client, subscription=subscription)
    async with listening(listener):
        await until(lambda: listener.ups)
    assert listener.subscriptions == [None, 1235]


async def test_lost_connection(client: WotkitClient, server: WotkitServer) -> None:
    """What was sent meanwhile waits, also what the lost answer held."""
    listener = listener_of(client)
    async with listening(listener):
        await until(lambda: polls(server) > 1)
    for number in range(3):
        server.trouble = Trouble(drop_after=True, path="control/sub")
        await server.send_message(lamp(server), {"slider": str(number)})
        with pytest.raises(RequestTimeoutError):
            await listener.listen()
        server.trouble = None
    async with listening(listener):
        await until(lambda: len(listener.messages) == 3)
    assert [int(message["slider"]) for message in listener.messages] == [0, 1, 2]
    assert listener.subscriptions == [1234]
    assert listener.ups == 2


async def test_connection_lost_within_a_poll(
    client: WotkitClient, server: WotkitServer
) -> None:
    server.wait_scale = 1
    listener = listener_of(client)
    async with listening(listener) as task:
        await until(lambda: polls(server) == 1)
        await server.stop()
        with pytest.raises(CannotConnectError):
            await task
    with pytest.raises(CannotConnectError):
        await listener.listen()
    await server.send_message(lamp(server), {"button": "on"})
    await server.start()
    async with listening(listener):
        await until(lambda: listener.messages)
    assert listener.messages == [{"button": "on"}]
    assert listener.subscriptions == [1234]
    assert listener.ups == 2


async def test_restart_that_forgets(client: WotkitClient, server: WotkitServer) -> None:
    listener = listener_of(client)
    async with listening(listener):
        await until(lambda: listener.ups)
    await server.stop()
    server.drop_subscriptions()
    await server.start()
    async with listening(listener):
        await until(lambda: listener.ups == 2)
        await server.send_message(lamp(server), {"button": "on"})
        await until(lambda: listener.messages)
    assert listener.subscriptions == [1234, None, 1235]


@pytest.mark.parametrize(
    ("status", "error"), [(401, SignInError), (500, CannotConnectError)]
)
async def test_other_errors(
    client: WotkitClient, server: WotkitServer, status: int, error: type[WotkitError]
) -> None:
    """They end the listening; the subscription stays."""
    server.trouble = Trouble(status=status, method="GET")
    listener = listener_of(client)
    with pytest.raises(error):
        await listener.listen()
    assert listener.subscriptions == [listener.channel.subscription] == [1234]
    assert listener.ups == 1


async def test_sensor_of_somebody_else(client: WotkitClient) -> None:
    listener = listener_of(client, "sensetecnic.mule1")
    with pytest.raises(NotFoundError):
        await listener.listen()
    assert listener.subscriptions == []
    assert listener.ups == 0


async def test_sensor_that_is_removed(
    client: WotkitClient, server: WotkitServer
) -> None:
    listener = listener_of(client)
    async with listening(listener) as task:
        await until(lambda: polls(server) > 1)
        server.remove_sensor(lamp(server))
        with pytest.raises(NotFoundError) as caught:
            await task
    assert not isinstance(caught.value, SubscriptionGoneError)
    assert listener.subscriptions == [1234, None]


# Servers that a test scripts


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_subscription_that_never_lives(
    asking: WotkitClient, scripted: ScriptedServer, status: int
) -> None:
    """Nobody subscribes for ever."""
    scripted.say(Reply(body={"subscription": 5}), Reply(status=status))
    listener = listener_of(asking)
    with pytest.raises(SubscriptionGoneError):
        await listener.listen()
    assert listener.subscriptions == [5, None]
    assert listener.channel.subscription is None
    assert len(scripted.heard) == 2


async def test_subscription_that_lived_for_a_while(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """Another one follows at once, even if this one was polled only once."""
    seconds = iter(range(100))
    gone = Reply(status=404)
    scripted.say(
        Reply(body={"subscription": 5}),
        gone,
        Reply(body={"subscription": 6}),
        gone,
        Reply(status=500),
    )
    listener = listener_of(asking, clock=lambda: float(next(seconds)))
    with pytest.raises(CannotConnectError):
        await listener.listen()
    assert listener.subscriptions == [5, None, 6, None]
    assert listener.ups == 1


async def test_old_subscription_and_one_that_never_lives(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(status=404), Reply(body={"subscription": 5}), Reply(status=404))
    listener = listener_of(asking, subscription=4)
    with pytest.raises(SubscriptionGoneError):
        await listener.listen()
    assert listener.subscriptions == [None, 5, None]
    assert len(scripted.heard) == 3


async def test_server_that_does_not_wait(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """A pause follows what comes back empty at once, and nothing else."""
    full = Reply(body=[{"button": "on"}])
    empty = Reply(body=[])
    garbage = Reply(body=[None, {}])
    replies = [full, empty, garbage, full, full, empty, Reply(status=500)]
    scripted.say(Reply(body={"subscription": 5}), *replies)
    listener = listener_of(asking)
    with pytest.raises(CannotConnectError):
        await listener.listen()
    assert listener.sleeps == [1.0] * 3
    assert len(listener.messages) == 3


async def test_server_that_repeats_itself(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """One that hands a message out for ever is not asked as fast as it answers."""
    again = Reply(body=[{"button": "on"}])
    scripted.say(Reply(body={"subscription": 5}), *[again] * 14, Reply(status=500))
    listener = listener_of(asking, clock=lambda: 0.0)
    with pytest.raises(CannotConnectError):
        await listener.listen()
    assert len(listener.messages) == 14
    assert listener.sleeps == [1.0] * 5


async def test_server_that_waits(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """Polls that took a second need no pause."""
    seconds = iter(range(100))
    scripted.say(
        Reply(body={"subscription": 5}), *[Reply(body=[])] * 3, Reply(status=500)
    )
    listener = listener_of(asking, clock=lambda: float(next(seconds)), wait=7)
    with pytest.raises(CannotConnectError):
        await listener.listen()
    assert listener.sleeps == []
    assert scripted.lines()[1:] == ["GET control/sub/5?wait=7"] * 4


async def test_pause_of_one_second(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """It is a real one unless it is replaced."""
    scripted.say(Reply(body=[]))
    channel = ControlChannel(asking, "lamp_post", subscription=5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await channel.listen(lambda: None, lambda message: None)
    assert len(scripted.heard) == 1


async def test_subscription_is_told_to_nobody(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(body={"subscription": 5}), Reply(status=500))
    channel = ControlChannel(asking, "lamp_post")
    with pytest.raises(CannotConnectError):
        await channel.listen(lambda: None, lambda message: None)
    assert channel.subscription == 5


async def test_listener_that_fails(
    asking: WotkitClient,
    scripted: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The server gives each message out once: the others must not be lost."""
    messages: list[ControlMessage] = [{"slider": number} for number in range(3)]
    scripted.say(Reply(body=messages), Reply(status=500))
    heard: list[ControlMessage] = []

    def fail_in_the_middle(message: ControlMessage) -> None:
        heard.append(message)
        _ = 1 / (int(message["slider"]) - 1)

    channel = ControlChannel(asking, "lamp_post", subscription=5)
    with pytest.raises(CannotConnectError):
        await channel.listen(lambda: None, fail_in_the_middle)
    assert heard == messages
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage() == "A control message was not dealt with"
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_up_comes_before_messages(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(body=[{"button": "on"}]), Reply(status=500))
    told: list[object] = []
    channel = ControlChannel(asking, "lamp_post", subscription=5)
    with pytest.raises(CannotConnectError):
        await channel.listen(lambda: told.append("up"), told.append)
    assert told == ["up", {"button": "on"}]
