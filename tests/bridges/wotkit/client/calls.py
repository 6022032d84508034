"""Each method of a client, called once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from custom_components.iot_bridge.bridges.wotkit.client import (
    DataRow,
    Field,
    FieldType,
    NewSensor,
    Scope,
    Visibility,
    WotkitClient,
)

NAME: Final = "ada.mule1"
START: Final = datetime(2012, 12, 7, tzinfo=UTC)
END: Final = datetime(2012, 12, 8, tzinfo=UTC)
NEW: Final = NewSensor(name="oven", long_name="Oven", description="Hot")
ROWS: Final = [DataRow(timestamp=START, values={"value": 1})]
FIELD: Final = Field(name="value", long_name="Data", type=FieldType.NUMBER)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A method of a client.

    Attributes:
        kind: What it is called in errors and in the log.
        work: Calls it.
        line: The request, without its query.
        answer: JSON that it takes for an answer; None: it needs none.
    """

    kind: str
    work: Callable[[WotkitClient], Awaitable[object]]
    line: str
    answer: Any = None


CALLS: Final[Mapping[str, Call]] = {
    "sensors": Call(
        kind="GET sensors",
        work=lambda client: client.sensors(Scope.CONTRIBUTED),
        line="GET sensors",
        answer=[],
    ),
    "sensor": Call(
        kind="GET sensor",
        work=lambda client: client.sensor(NAME),
        line="GET sensors/ada.mule1/",
        answer={"id": 1},
    ),
    "create_sensor": Call(
        kind="POST sensors",
        work=lambda client: client.create_sensor(NEW),
        line="POST sensors",
    ),
    "update_sensor": Call(
        kind="PUT sensor",
        work=lambda client: client.update_sensor(
            NAME, visibility=Visibility.PRIVATE, fields=[FIELD], metadata={}
        ),
        line="PUT sensors/ada.mule1/",
    ),
    "rows": Call(
        kind="GET data",
        work=lambda client: client.rows(NAME, START, END),
        line="GET sensors/ada.mule1/data",
        answer=[],
    ),
    "send_row": Call(
        kind="POST data",
        work=lambda client: client.send_row(NAME, {"value": 1}),
        line="POST sensors/ada.mule1/data",
    ),
    "replace_rows": Call(
        kind="PUT data",
        work=lambda client: client.replace_rows(NAME, ROWS),
        line="PUT sensors/ada.mule1/data",
    ),
    "send_message": Call(
        kind="POST message",
        work=lambda client: client.send_message(NAME, {"button": "on"}),
        line="POST sensors/ada.mule1/message",
    ),
    "subscribe_control": Call(
        kind="POST control/sub",
        work=lambda client: client.subscribe_control(NAME),
        line="POST control/sub/ada.mule1/",
        answer={"subscription": 1234},
    ),
    "control_messages": Call(
        kind="GET control/sub",
        work=lambda client: client.control_messages(1234),
        line="GET control/sub/1234",
        answer=[],
    ),
}
READING: Final = [name for name, call in CALLS.items() if call.answer is not None]
LISTS: Final = [name for name, call in CALLS.items() if call.answer == []]
