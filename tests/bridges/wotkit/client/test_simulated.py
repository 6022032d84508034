"""Each method against a simulated server."""

from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    AlreadyExistsError,
    BasicCredentials,
    DataRow,
    Field,
    FieldType,
    FieldValue,
    FutureTimestampError,
    InvalidDataError,
    NewSensor,
    NotFoundError,
    RequestTimeoutError,
    Scope,
    SignInError,
    SubscriptionGoneError,
    UnexpectedAnswerError,
    Visibility,
    WotkitClient,
)
from tests.simulators.wotkit import Trouble, WotkitServer

from .calls import CALLS
from .world import OTHER_PASSWORD, OTHER_USER, PASSWORD, USER, client_of

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# Reading


async def test_own_sensors(client: WotkitClient) -> None:
    sensors = await client.sensors(Scope.CONTRIBUTED)
    assert [sensor.full_name for sensor in sensors] == ["ada.lamp_post", "ada.oven"]
    assert sensors[1].visibility is Visibility.PRIVATE
    assert sensors[1].tags == ("kitchen",)
    assert (sensors[1].latitude, sensors[1].longitude) == (None, None)
    assert sensors[1].last_update is None
    assert [field.units for field in sensors[1].fields] == ["degC", None]


async def test_subscribed_sensors(client: WotkitClient) -> None:
    """The taxi of the documents."""
    (taxi,) = await client.sensors(Scope.SUBSCRIBED)
    moment = datetime(2012, 12, 7, 1, 47, 18, 639_000, UTC)
    assert (taxi.id, taxi.full_name) == (1, "sensetecnic.mule1")
    assert taxi.long_name == "Big Yellow Taxi"
    assert taxi.description == (
        "A big yellow taxi that travels from Vincent's house to UBC and then back."
    )
    assert (taxi.latitude, taxi.longitude) == (51.060386316691, -114.087524414062)
    assert taxi.last_update == moment
    assert {field.name: field.value for field in taxi.fields} == {
        "lat": 49.20532,
        "lng": -123.1404,
        "value": 58.0,
        "message": None,
    }


async def test_tagged_sensors(client: WotkitClient) -> None:
    tagged = await client.sensors(Scope.CONTRIBUTED, tags=["kitchen", "attic"])
    assert [sensor.name for sensor in tagged] == ["oven"]
    assert await client.sensors(Scope.CONTRIBUTED, tags=["attic"]) == []


async def test_times_in_milliseconds(
    client: WotkitClient, server: WotkitServer
) -> None:
    by_text = await client.sensors(Scope.SUBSCRIBED)
    server.last_update_as = "ms"
    assert await client.sensors(Scope.SUBSCRIBED) == by_text


@pytest.mark.parametrize("name", [1, "1", "sensetecnic.mule1"])
async def test_one_sensor(client: WotkitClient, name: str | int) -> None:
    assert (await client.sensor(name)).long_name == "Big Yellow Taxi"


async def test_own_short_name(client: WotkitClient) -> None:
    oven = await client.sensor("oven")
    assert await client.sensor(f"{USER}.oven") == oven


@pytest.mark.parametrize("name", ["no_such", "ada.no_such", 4711, "a/../oven", "?"])
async def test_no_such_sensor(client: WotkitClient, name: str | int) -> None:
    with pytest.raises(NotFoundError):
        await client.sensor(name)


async def test_sensor_of_somebody_else(
    session: ClientSession, server: WotkitServer
) -> None:
    """Private sensors look as if they were not there."""
    other = client_of(session, server, BasicCredentials(OTHER_USER, OTHER_PASSWORD))
    for work in (
        other.sensor("ada.oven"),
        other.rows("ada.oven", START, START + MINUTE),
        other.send_row("ada.oven", {"value": 1}),
        other.send_message("ada.oven", {"button": "on"}),
        other.subscribe_control("ada.oven"),
    ):
        with pytest.raises(NotFoundError):
            await work


async def test_garbage_in_lists(client: WotkitClient, server: WotkitServer) -> None:
    whole = await client.sensors(Scope.CONTRIBUTED)
    server.odd = [None, 7, "x", [], {}, {"id": "x"}, {"id": 5, "thingType": "GROUP"}]
    assert await client.sensors(Scope.CONTRIBUTED) == whole


# Data


async def test_rows(client: WotkitClient) -> None:
    """The start is left out, the end is not."""
    rows = [
        DataRow(
            timestamp=START + minute * MINUTE,
            values={"value": 20.5 + minute, "note": f"minute {minute}"},
        )
        for minute in range(5)
    ]
    await client.replace_rows("oven", rows)
    read = await client.rows("oven", START, START + 3 * MINUTE)
    assert read == rows[1:4]
    assert await client.rows("ada.oven", START - MINUTE, START) == rows[:1]
    assert await client.rows("oven", START + 4 * MINUTE, START + 9 * MINUTE) == []


async def test_rows_sent_twice(client: WotkitClient) -> None:
    rows = [
        DataRow(timestamp=START + minute * MINUTE, values={"value": minute})
        for minute in range(3)
    ]
    await client.replace_rows("oven", rows)
    await client.replace_rows("oven", rows)
    assert await client.rows("oven", START - MINUTE, START + 9 * MINUTE) == rows


async def test_row_of_now(client: WotkitClient) -> None:
    values: dict[str, FieldValue] = {"value": 21.5, "note": "Grüße"}
    await client.send_row("oven", values)
    oven = await client.sensor("oven")
    assert {field.name: field.value for field in oven.fields} == values
    assert oven.last_update is not None


async def test_row_of_a_moment(client: WotkitClient) -> None:
    moment = START + timedelta(milliseconds=639)
    await client.send_row("ada.oven", {"value": 21.5}, moment)
    assert (await client.sensor("oven")).last_update == moment


async def test_refused_rows(client: WotkitClient) -> None:
    with pytest.raises(InvalidDataError) as caught:
        await client.send_row("oven", {"value": "hot"})
    assert caught.value.reason
    rows = [DataRow(timestamp=START, values={"value": "hot"})]
    with pytest.raises(InvalidDataError) as caught:
        await client.replace_rows("oven", rows)
    assert type(caught.value) is InvalidDataError
    assert caught.value.reason


async def test_row_from_the_future(client: WotkitClient) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    rows = [DataRow(timestamp=tomorrow, values={"value": 1})]
    with pytest.raises(FutureTimestampError):
        await client.replace_rows("oven", rows)
    assert await client.rows("oven", START, tomorrow) == []


# Sensors of one's own

FIELDS = (
    Field(name="temp", long_name="Temperature", type=FieldType.NUMBER, units="degC"),
    Field(name="note", long_name="Note", type=FieldType.STRING),
)
NEW = NewSensor(
    name="kitchen",
    long_name="Kitchen",
    description="From Home Assistant",
    tags=("a", "b"),
    metadata={"source": "home-assistant"},
    fields=FIELDS,
    latitude=49.25,
    longitude=-123.25,
)


async def test_creating(client: WotkitClient) -> None:
    await client.create_sensor(NEW)
    kitchen = await client.sensor("kitchen")
    assert kitchen.visibility is Visibility.PRIVATE
    assert (kitchen.long_name, kitchen.description) == (NEW.long_name, NEW.description)
    assert (kitchen.tags, kitchen.metadata) == (NEW.tags, NEW.metadata)
    assert (kitchen.latitude, kitchen.longitude) == (49.25, -123.25)
    described = [
        (field.name, field.long_name, field.type, field.units)
        for field in kitchen.fields
    ]
    assert described == [
        ("temp", "Temperature", FieldType.NUMBER, "degC"),
        ("note", "Note", FieldType.STRING, None),
    ]


async def test_least_sensor(client: WotkitClient) -> None:
    new = NewSensor(name="kitchen", long_name="Kitchen", description="Small")
    await client.create_sensor(new)
    kitchen = await client.sensor("kitchen")
    names = [field.name for field in kitchen.fields]
    assert names == ["lat", "lng", "value", "message"]
    assert kitchen.latitude is None


async def test_creating_twice(client: WotkitClient) -> None:
    await client.create_sensor(NEW)
    with pytest.raises(AlreadyExistsError):
        await client.create_sensor(NEW)


async def test_creating_with_a_bad_name(client: WotkitClient) -> None:
    new = NewSensor(name="Küche", long_name="Kitchen", description="Small")
    with pytest.raises(InvalidDataError) as caught:
        await client.create_sensor(new)
    assert caught.value.reason.startswith("Object has validation errors")


async def test_update(client: WotkitClient) -> None:
    await client.create_sensor(NEW)
    await client.send_row("kitchen", {"temp": 21.5, "note": "x"})
    more = Field(name="fan", long_name="Fan", type=FieldType.NUMBER)
    await client.update_sensor(
        "ada.kitchen",
        visibility=Visibility.PRIVATE,
        fields=[*FIELDS, more],
        metadata={"source": "elsewhere"},
    )
    kitchen = await client.sensor("kitchen")
    values = [(field.name, field.value) for field in kitchen.fields]
    assert values == [("temp", 21.5), ("note", "x"), ("fan", None)]
    assert kitchen.metadata == {"source": "elsewhere"}
    assert (kitchen.long_name, kitchen.tags) == ("Kitchen", ("a", "b"))


async def test_update_keeps_a_sensor_public(
    session: ClientSession, server: WotkitServer, client: WotkitClient
) -> None:
    server.add_sensor(USER, "garden", visibility="PUBLIC")
    garden = await client.sensor("garden")
    await client.update_sensor(
        garden.id, visibility=Visibility.PUBLIC, fields=(), metadata={"a": "b"}
    )
    other = client_of(session, server, BasicCredentials(OTHER_USER, OTHER_PASSWORD))
    assert (await other.sensor(garden.id)).fields == garden.fields


async def test_update_of_a_sensor_of_somebody_else(client: WotkitClient) -> None:
    with pytest.raises(NotFoundError):
        await client.update_sensor(
            1, visibility=Visibility.PUBLIC, fields=FIELDS, metadata={}
        )


# Messages


async def test_message(client: WotkitClient, server: WotkitServer) -> None:
    subscription = await client.subscribe_control("ada.lamp_post")
    await client.send_message("lamp_post", {"button": "on", "slider": 15.5, "on": True})
    assert await client.control_messages(subscription) == [
        {"button": "on", "slider": "15.5", "on": "1"}
    ]
    assert await client.control_messages(subscription) == []
    assert server.messages_sent == 1


async def test_subscription_that_is_gone(
    client: WotkitClient, server: WotkitServer
) -> None:
    subscription = await client.subscribe_control("lamp_post")
    server.drop_subscriptions()
    with pytest.raises(SubscriptionGoneError):
        await client.control_messages(subscription)
    with pytest.raises(SubscriptionGoneError):
        await client.control_messages(4711)


# Sign-in and trouble


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "credentials",
    [
        BasicCredentials(USER, "wrong"),
        BasicCredentials("nobody", PASSWORD),
        BasicCredentials("", ""),
    ],
    ids=["password", "user", "nothing"],
)
async def test_wrong_credentials(
    session: ClientSession,
    server: WotkitServer,
    credentials: BasicCredentials,
    name: str,
) -> None:
    with pytest.raises(SignInError):
        await CALLS[name].work(client_of(session, server, credentials))


async def test_user_and_key(session: ClientSession, server: WotkitServer) -> None:
    by_user = client_of(session, server, BasicCredentials(USER, PASSWORD))
    by_key = client_of(session, server)
    own = await by_user.sensors(Scope.CONTRIBUTED)
    assert await by_key.sensors(Scope.CONTRIBUTED) == own
    server.remove_key("key-4711")
    with pytest.raises(SignInError):
        await by_key.sensors(Scope.CONTRIBUTED)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("drop_after", [False, True])
async def test_broken_connection(
    session: ClientSession, server: WotkitServer, name: str, drop_after: bool
) -> None:
    server.trouble = Trouble(drop=not drop_after, drop_after=drop_after)
    with pytest.raises(RequestTimeoutError):
        await CALLS[name].work(client_of(session, server))


async def test_row_that_arrived_nevertheless(
    client: WotkitClient, server: WotkitServer
) -> None:
    """One cannot know it from the error, but nothing is sent twice by itself."""
    await client.sensor("oven")
    server.trouble = Trouble(drop_after=True, times=1)
    with pytest.raises(RequestTimeoutError):
        await client.send_row("oven", {"value": 1})
    rows = await client.rows("oven", START, datetime.now(UTC) + MINUTE)
    assert [row.values for row in rows] == [{"value": 1}]


async def test_slow_and_silent(session: ClientSession, server: WotkitServer) -> None:
    hasty = client_of(session, server, timeout=0.2)
    server.trouble = Trouble(slow=0.02)
    assert len(await hasty.sensors(Scope.CONTRIBUTED)) == 2
    server.trouble = Trouble(hang=True)
    with pytest.raises(RequestTimeoutError):
        await hasty.sensors(Scope.CONTRIBUTED)


async def test_garbage(client: WotkitClient, server: WotkitServer) -> None:
    server.trouble = Trouble(garbage=True)
    with pytest.raises(UnexpectedAnswerError):
        await client.sensors(Scope.CONTRIBUTED)


async def test_redirect(client: WotkitClient, server: WotkitServer) -> None:
    """Sign-in data are not carried elsewhere."""
    elsewhere = {"Location": f"{server.url}/elsewhere"}
    server.trouble = Trouble(status=302, headers=elsewhere)
    with pytest.raises(UnexpectedAnswerError):
        await client.sensors(Scope.CONTRIBUTED)
    assert [request.path for request in server.requests] == ["/api/sensors"]


async def test_restarted_server(client: WotkitClient, server: WotkitServer) -> None:
    before = await client.sensors(Scope.CONTRIBUTED)
    await server.stop()
    await server.start()
    assert await client.sensors(Scope.CONTRIBUTED) == before
