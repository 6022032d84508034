"""What only a client that is programmed wrongly sends."""

from collections.abc import Iterator, Mapping
import re
from typing import TYPE_CHECKING

from .execution import is_volume
from .sessions import Front
from .vocabulary import CommandRule

if TYPE_CHECKING:
    from .home import SimulatedHome

INTEGER = re.compile(r"-?[0-9]+", re.ASCII)


def may_have_priority(front: Front, command: str, rule: CommandRule) -> bool:
    """Return whether a command takes `Priority`: in 2015 `init_session` did."""
    if front.priority_on_init:
        return command == "init_session"
    return rule.takes_priority


def find_faults(
    home: SimulatedHome,
    front: Front,
    command: str,
    rule: CommandRule,
    params: Mapping[str, str],
) -> Iterator[str]:
    """Return what is wrong with the parameters of a command, for people to read."""
    allowed = {*rule.required, *rule.optional}
    if may_have_priority(front, command, rule):
        allowed.add("Priority")
    for name in sorted(params.keys() - allowed):
        yield f"unknown parameter {name}"
    for name in rule.required:
        if name not in params:
            yield f"parameter {name} is missing"
    for name, value in params.items():
        yield from _find_faults_of_value(home, name, value)


def _find_faults_of_value(home: SimulatedHome, name: str, value: str) -> Iterator[str]:
    if name == "Volume" and not is_volume(value):
        yield f"Volume {value} is not within 0..50"
    if name == "Priority" and not INTEGER.fullmatch(value):
        yield f"Priority {value} is not an integer"
    if name == "Text" and len(value) > 1 and value[0] == value[-1] == '"':
        yield "Text is in quotation marks"
    ids = {"DeviceID": [value], "DeviceIDList": value.split(",")}.get(name, [])
    for device_id in ids:
        if device_id not in home.speakers:
            yield f"{name}: no speaker {device_id!r} was ever there"
