"""What the simulated server knows: people, sensors, who follows what; and its knobs."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
import time
from typing import Any, Final

from .control import ControlChannels
from .oauth_tokens import Application, TokenOffice
from .record import RecordedRequest, SentMessage
from .sensor import SimulatedField, SimulatedSensor, default_fields
from .times import to_ms
from .trouble import Trouble
from .vocabulary import (
    NO_SUCH_THING,
    NOT_LOCATED,
    ApiError,
    FieldValue,
    JsonObject,
    LastUpdateForm,
    Visibility,
)

POLLS_PER_MINUTE: Final = 30
MAX_REMEMBERED: Final = 10_000


class Platform:
    """The state of the server, without any wire.

    Attributes:
        clock: Returns the time in seconds since 1970.
        trouble: What goes wrong; None: nothing.
        odd: Raw JSON items that are mixed into lists of sensors and rows.
        last_update_as: The form of `lastUpdate`: ISO 8601 or milliseconds.
        polls_per_minute: Listings of `sensors` (pages after the first do not count)
            that a user may ask for in 60 s; more is a fault. None: any number.
        wait_scale: Factor for the seconds of a long poll.
        polling_updates: Whether a poll of a control channel moves the `lastUpdate`
            of the actuator, as it does on WoTKit.
        office: Applications and tokens.
        control: Who listens to actuators.
        sensors: By id.
        requests: The latest requests.
        messages: The latest messages to actuators.
        messages_sent: How many messages there were.
        faults: What only a wrongly programmed client does.
        browsers: Users whose browser has logged in, by its cookie.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        self.clock = clock
        self.trouble: Trouble | None = None
        self.odd: list[Any] = []
        self.last_update_as: LastUpdateForm = "iso"
        self.polls_per_minute: int | None = POLLS_PER_MINUTE
        self.wait_scale = 1.0
        self.polling_updates = True
        # Not `clock` itself: one that is replaced later counts here too.
        self.office = TokenOffice(lambda: self.clock())
        self.control = ControlChannels(lambda: self.clock())
        self.sensors: dict[int, SimulatedSensor] = {}
        self.requests: deque[RecordedRequest] = deque(maxlen=MAX_REMEMBERED)
        self.messages: deque[SentMessage] = deque(maxlen=MAX_REMEMBERED)
        self.messages_sent = 0
        self.faults: list[str] = []
        self.browsers: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._sensor_ids: Iterator[int] = count(1001)
        self._row_ids: Iterator[int] = count(8_525_241)
        self._listings: dict[str | None, deque[float]] = {}

    # People

    def add_user(self, name: str, password: str) -> None:
        """Let somebody have signed up; again with a new password: changed it."""
        self._users[name] = password

    def add_key(self, user: str, key_id: str, key_password: str) -> None:
        """Let a user have made a key."""
        self._keys[key_id] = (user, key_password)

    def remove_key(self, key_id: str) -> None:
        """Let a user have deleted a key.

        Raises:
            KeyError: There is none.
        """
        del self._keys[key_id]

    def add_application(
        self, client_id: str, client_secret: str, redirect_uris: Sequence[str] = ()
    ) -> Application:
        """Let somebody have registered an application."""
        application = Application(
            client_id=client_id,
            client_secret=client_secret,
            redirect_uris=tuple(redirect_uris),
        )
        self.office.applications[client_id] = application
        return application

    def check_password(self, name: str, password: str) -> str | None:
        """Return the user whom a name (or id of a key) and password let in."""
        user, expected = self._keys.get(name, (name, self._users.get(name)))
        return user if expected is not None and expected == password else None

    def is_user(self, name: str, password: str) -> bool:
        """Return whether it is a user's own password: keys do not count."""
        return self._users.get(name) == password

    def sign_in(self, user: str, client_id: str) -> JsonObject:
        """Return new tokens without asking anybody, as the token endpoint answers."""
        return self.office.issue(user, client_id)

    @property
    def token_life(self) -> float:
        """Return the life of new access tokens, seconds."""
        return self.office.token_life

    @token_life.setter
    def token_life(self, seconds: float) -> None:
        self.office.token_life = seconds

    @property
    def rotating_refresh_tokens(self) -> bool:
        """Return whether a refresh token ends when it is used."""
        return self.office.rotating

    @rotating_refresh_tokens.setter
    def rotating_refresh_tokens(self, rotating: bool) -> None:
        self.office.rotating = rotating

    def expire_access_tokens(self) -> None:
        """Let the time of all access tokens run out."""
        self.office.expire_access_tokens()

    def revoke_all(self) -> None:
        """Let all tokens end: users have to sign in again."""
        self.office.revoke_all()

    # Sensors

    def add_sensor(
        self,
        owner: str,
        name: str,
        *,
        long_name: str = "",
        description: str = "",
        visibility: Visibility = "PUBLIC",
        tags: Sequence[str] = (),
        fields: Sequence[SimulatedField] = (),
        latitude: float = 0,
        longitude: float = 0,
        metadata: Mapping[str, str] | None = None,
        sensor_id: int | None = None,
    ) -> SimulatedSensor:
        """Add a sensor.

        Args:
            owner: The user it belongs to.
            name: Unique among the owner's sensors.
            long_name: For people; by default the name.
            description: For people; by default the long name.
            visibility: Who sees it.
            tags: Words it is found by.
            fields: Its fields; by default lat, lng, value and message.
            latitude: Where it is installed, degrees.
            longitude: Likewise.
            metadata: Free text by name.
            sensor_id: Its number; by default the next one.
        """
        sensor = SimulatedSensor(
            id=next(self._sensor_ids) if sensor_id is None else sensor_id,
            owner=owner,
            name=name,
            long_name=long_name or name,
            description=description or long_name or name,
            visibility=visibility,
            tags=list(tags),
            fields=list(fields) or default_fields(),
            latitude=latitude,
            longitude=longitude,
            metadata=dict(metadata or {}),
            created_ms=to_ms(self.clock()),
            row_ids=self._row_ids,
            clock=lambda: self.clock(),
        )
        self.sensors[sensor.id] = sensor
        return sensor

    def remove_sensor(self, sensor: SimulatedSensor) -> None:
        """Delete a sensor, its data and its listeners."""
        del self.sensors[sensor.id]
        self.control.drop_of(sensor)

    def find(self, user: str | None, name: str) -> SimulatedSensor:
        """Return a sensor that a user may see.

        Args:
            user: Who asks, None for anybody.
            name: Its id, "owner.name", or the name of one of the user's own.

        Raises:
            ApiError: There is none, or it is private and somebody else's.
        """
        sensor = self._find(user, name)
        if sensor is None:
            raise ApiError(404, NO_SUCH_THING, name)
        if not sensor.is_visible_to(user):
            raise ApiError(404, NOT_LOCATED, name)
        return sensor

    def find_own(self, user: str, name: str) -> SimulatedSensor:
        """Return a sensor that belongs to a user.

        Raises:
            ApiError: There is none, or it is somebody else's.
        """
        sensor = self.find(user, name)
        if sensor.owner != user:
            raise ApiError(404, NOT_LOCATED, name)
        return sensor

    def find_named(self, owner: str, name: str) -> SimulatedSensor | None:
        """Return the sensor of an owner and name, None if there is none."""
        for sensor in self.sensors.values():
            if sensor.name == name and sensor.owner == owner:
                return sensor
        return None

    def _find(self, user: str | None, name: str) -> SimulatedSensor | None:
        if name.isdecimal():
            return self.sensors.get(int(name))
        owner, dot, short_name = name.rpartition(".")
        if dot:
            return self.find_named(owner, short_name)
        return None if user is None else self.find_named(user, name)

    def subscribe(self, user: str, sensor: SimulatedSensor) -> None:
        """Let a user follow a sensor."""
        sensor.subscribers.append(user)

    def unsubscribe(self, user: str, sensor: SimulatedSensor) -> None:
        """Let a user follow a sensor no more.

        Raises:
            ValueError: The user does not.
        """
        sensor.subscribers.remove(user)

    # Messages

    async def send_message(
        self, sensor: SimulatedSensor, message: Mapping[str, FieldValue]
    ) -> None:
        """Send a message to an actuator, as any other client would."""
        self.pass_message(sensor, message, None)

    def pass_message(
        self,
        sensor: SimulatedSensor,
        message: Mapping[str, FieldValue],
        user: str | None,
    ) -> None:
        """Give a message to all who listen, and remember it."""
        self.messages_sent += 1
        self.messages.append(
            SentMessage(
                sensor=sensor.full_name,
                message=dict(message),
                user=user,
                at=self.clock(),
            )
        )
        self.control.send(sensor, message)

    @property
    def subscription_life(self) -> float:
        """Return the seconds after which an idle control subscription is dropped."""
        return self.control.life

    @subscription_life.setter
    def subscription_life(self, seconds: float) -> None:
        self.control.life = seconds

    def drop_subscriptions(self) -> None:
        """Drop all subscriptions to control channels."""
        self.control.drop_all()

    # Watching over clients

    def note_fault(self, text: str) -> None:
        """Note what only a wrongly programmed client does."""
        self.faults.append(text)

    def note_listing(self, user: str | None) -> None:
        """Count a listing of sensors against `polls_per_minute`."""
        now = self.clock()
        listings = self._listings.setdefault(user, deque())
        listings.append(now)
        while listings[0] <= now - 60:
            listings.popleft()
        allowed = self.polls_per_minute
        if allowed is not None and len(listings) > allowed:
            self.note_fault(f"GET sensors: {len(listings)} times in a minute")
            listings.clear()

    def mix(self, items: Sequence[JsonObject]) -> list[Any]:
        """Return a list with the odd items at both of its ends."""
        return [*self.odd[0::2], *items, *self.odd[1::2]]
