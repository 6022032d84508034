"""What one can ask of a WoTKit server.

Source: WoTKit API documentation, "Sensors", "Sensor Fields", "Sensor Data" and "Sensor
Control Channel".
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from aiohttp import ClientSession
from yarl import URL

from ....wire.exchange import TIMEOUT
from ....wire.values import as_int, as_mapping, milliseconds
from .bodies import (
    message_body,
    new_sensor_body,
    row_body,
    rows_body,
    sensor_update_body,
)
from .credentials import Credentials
from .errors import (
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    SubscriptionGoneError,
    UnexpectedAnswerError,
)
from .http import Request, WotkitHttp
from .models import (
    ControlMessage,
    DataRow,
    Field,
    FieldValue,
    NewSensor,
    Scope,
    Sensor,
    Visibility,
)
from .parser import parse_messages, parse_rows, parse_sensor, parse_sensors

# The most that the server gives at once.
_PAGE: Final = 1000
_PAGES: Final = 100
# Servers may give less, whatever is asked for: these numbers are usual limits.
_USUAL_PAGES: Final = frozenset({10, 20, 25, 50, 100, 200, 250, 500, _PAGE})
# Seconds: the longest that the server waits for a message, and what it may need besides.
MAX_WAIT: Final = 20
_WAIT_MARGIN: Final = 10.0


class WotkitClient:
    """Reads and writes sensors on a user's behalf.

    Where a sensor is asked for, it is by its id, by its own name for a sensor of the
    user, or by "owner.name". Every method raises a `WotkitError`:

    - `CannotConnectError`: the server was not reached, or is in trouble.
    - `RequestTimeoutError`: no answer came; the server may have obeyed nevertheless.
    - `SignInError`: only the user can mend it.
    - `NotAllowedError`, `NotFoundError`: for one sensor.
    - `UnexpectedAnswerError`: this is no WoTKit.

    What a method raises besides is told there.
    """

    def __init__(
        self,
        session: ClientSession,
        base_url: URL,
        credentials: Credentials,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base_url: The base of the API, as `find_api` returns it.
            credentials: On whose behalf.
            timeout: Seconds to wait for an answer.
        """
        self._http = WotkitHttp(session, base_url, credentials, timeout=timeout)

    async def sensors(
        self, scope: Scope, *, tags: Collection[str] = ()
    ) -> list[Sensor]:
        """Return sensors with the current values of all their fields.

        Args:
            scope: Whose.
            tags: Only those with at least one of them; all if there are none.

        Returns:
            Each sensor once.

        Raises:
            SignInError: The sign-in is not accepted, or gives no right to any list.
        """
        query = {"scope": scope.value, "limit": str(_PAGE)}
        if tags:
            query["tags"] = ",".join(tags)
        found: dict[int, Sensor] = {}
        offset = 0
        full = _PAGE
        previous: list[Any] = []
        for _ in range(_PAGES):
            page = await self._ask_list(
                Request(
                    method="GET",
                    path="sensors",
                    kind="sensors",
                    query={**query, "offset": str(offset)},
                    listing=True,
                    large=True,
                )
            )
            before = len(found)
            for sensor in (sensors := parse_sensors(page)):
                found.setdefault(sensor.id, sensor)
            # A server that does not know `offset` gives the same again and again.
            if page == previous or (sensors and len(found) == before):
                break
            if offset == 0:
                full = len(page) if len(page) in _USUAL_PAGES else _PAGE
            if len(page) < full:
                break
            offset += len(page)
            previous = page
        return list(found.values())

    async def sensor(self, name: str | int) -> Sensor:
        """Return one sensor.

        Args:
            name: Its id, name or "owner.name".
        """
        request = Request(method="GET", path=_sensor(name), kind="sensor")
        sensor = parse_sensor(await self._http.ask(request))
        if sensor is None:
            raise UnexpectedAnswerError(f"{request.what}: the answer is no sensor")
        return sensor

    async def create_sensor(self, new: NewSensor) -> None:
        """Create a private sensor.

        Args:
            new: What it is like. Without fields the server gives it four of its own.

        Raises:
            AlreadyExistsError: The user has one of that name.
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="POST",
                path="sensors",
                kind="sensors",
                body=new_sensor_body(new),
            )
        )

    async def update_sensor(
        self,
        name: str | int,
        *,
        visibility: Visibility,
        fields: Sequence[Field],
        metadata: Mapping[str, str],
    ) -> None:
        """Replace the fields and the metadata of a sensor.

        Args:
            name: Its id, name or "owner.name".
            visibility: Who sees it. A stricter one ends all subscriptions of others.
            fields: All fields that it is to have; the last one of a sensor cannot be
                removed, thus none means that they stay as they are.
            metadata: All metadata that it is to have.

        Raises:
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="PUT",
                path=_sensor(name),
                kind="sensor",
                body=sensor_update_body(visibility, fields, metadata),
            )
        )

    async def rows(
        self, name: str | int, start: datetime, end: datetime
    ) -> list[DataRow]:
        """Return past data.

        Args:
            name: The sensor's id, name or "owner.name".
            start: With a time zone. Rows of this moment are left out.
            end: With a time zone. Rows of this moment are included.

        Returns:
            The rows in the server's order, the eldest first. Values may be text where
            the field is a number: rows do not tell the types.
        """
        page = await self._ask_list(
            Request(
                method="GET",
                path=_sensor(name, "data"),
                kind="data",
                query={
                    "start": str(milliseconds(start)),
                    "end": str(milliseconds(end)),
                },
                large=True,
            )
        )
        return parse_rows(page)

    async def send_row(
        self,
        name: str | int,
        values: Mapping[str, FieldValue],
        timestamp: datetime | None = None,
    ) -> None:
        """Add a row of data; sent twice, there are two.

        Args:
            name: The sensor's id or name; it has to be the user's.
            values: By the name of the field.
            timestamp: With a time zone; None for the server's own time.

        Raises:
            InvalidDataError: A value does not fit its field, or a required one is
                missing.
            FutureTimestampError: It is later than the server's time.
        """
        await self._http.send(
            Request(
                method="POST",
                path=_sensor(name, "data"),
                kind="data",
                body=row_body(values, timestamp),
            )
        )

    async def replace_rows(self, name: str | int, rows: Sequence[DataRow]) -> None:
        """Put rows of data in place of all that the server has from first to last.

        Sent twice, it is the same as once.

        Args:
            name: The sensor's id or name; it has to be the user's.
            rows: The new rows; nothing is sent if there are none.

        Raises:
            InvalidDataError: A value does not fit its field.
            FutureTimestampError: A row is later than the server's time.
        """
        if not rows:
            return
        await self._http.send(
            Request(
                method="PUT",
                path=_sensor(name, "data"),
                kind="data",
                body=rows_body(rows),
            )
        )

    async def send_message(
        self, name: str | int, message: Mapping[str, FieldValue]
    ) -> None:
        """Send a message to all who listen to a sensor's control channel.

        Args:
            name: The sensor's id, name or "owner.name".
            message: Values by name.

        Raises:
            InvalidDataError: The server does not like something about it.
        """
        await self._http.send(
            Request(
                method="POST",
                path=_sensor(name, "message"),
                kind="message",
                body=message_body(message),
            )
        )

    async def subscribe_control(self, name: str | int) -> int:
        """Subscribe to the control channel of a sensor of the user.

        Args:
            name: The sensor's id or name.

        Returns:
            The number of the subscription. The server drops it after some minutes in
            which nobody asked for messages.
        """
        request = Request(
            method="POST", path=f"control/sub/{_last(name)}", kind="control/sub"
        )
        answer = as_mapping(await self._http.ask(request))
        subscription = as_int(answer.get("subscription"))
        if subscription is None:
            raise UnexpectedAnswerError(f"{request.what}: the answer has no number")
        return subscription

    async def control_messages(
        self, subscription: int, wait: int = MAX_WAIT
    ) -> list[ControlMessage]:
        """Return messages, and wait for one if there is none yet.

        Args:
            subscription: From `subscribe_control`.
            wait: Seconds to wait at most, up to 20.

        Returns:
            The messages in order; none if none came.

        Raises:
            SubscriptionGoneError: The server does not know the subscription any more.
        """
        request = Request(
            method="GET",
            path=f"control/sub/{subscription}",
            kind="control/sub",
            query={"wait": str(min(wait, MAX_WAIT))},
            # aiohttp would ask again, and what the lost answer held would be missed.
            once=True,
            timeout=min(wait, MAX_WAIT) + _WAIT_MARGIN,
        )
        try:
            answer = await self._http.ask(request)
        except (NotFoundError, InvalidDataError, NotAllowedError) as err:
            # A server that was set up anew may have given the number to somebody else.
            raise SubscriptionGoneError(str(err)) from None
        return [] if answer is None else parse_messages(_list(request, answer))

    async def _ask_list(self, request: Request) -> list[Any]:
        return _list(request, await self._http.ask(request))


def _list(request: Request, answer: object) -> list[Any]:
    if not isinstance(answer, list):
        raise UnexpectedAnswerError(f"{request.what}: the answer is no list")
    return answer


def _sensor(name: str | int, *below: str) -> str:
    """Return the path of a sensor, or of something that it has."""
    if below:
        return "/".join(("sensors", _part(name), *below))
    return f"sensors/{_last(name)}"


def _last(name: str | int) -> str:
    """Return the end of a path.

    The server takes what follows the dot of "owner.name" for a file name extension,
    and cuts it off, unless a slash follows.
    """
    return _part(name) if isinstance(name, int) else f"{_part(name)}/"


def _part(name: str | int) -> str:
    text = str(name)
    # As a part of a path these mean another place.
    if text in {"", ".", ".."}:
        raise NotFoundError("there is no sensor without a name")
    return quote(text, safe="", errors="replace")
