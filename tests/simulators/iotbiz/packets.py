"""Packets of MQTT 3.1.1, as an own client needs them.

Source: MQTT Version 3.1.1 (OASIS), chapter 3 "MQTT Control Packets".
"""

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PROTOCOL_NAME: Final = "MQTT"
PROTOCOL_LEVEL: Final = 4
REFUSED: Final = 0x80


class Kind(IntEnum):
    """The kinds of packets, 2.2.1."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    DISCONNECT = 14


# 3.6.1, 3.8.1: these have flags that are fixed.
_FIXED_FLAGS: Final = {Kind.PUBREL: 2, Kind.SUBSCRIBE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message on a topic.

    Attributes:
        topic: The topic.
        payload: What it says.
        qos: How surely it is delivered: 0, 1 or 2.
        retain: To the broker: keep it. From the broker: it was kept.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that has come.

    Attributes:
        kind: Its kind.
        flags: The lower half of its first byte.
        body: What comes behind the length.
    """

    kind: Kind
    flags: int
    body: bytes

    @property
    def identifier(self) -> int:
        """Return the packet identifier of an answer."""
        return int.from_bytes(self.body[:2])


async def read_packet(reader: asyncio.StreamReader) -> Packet:
    """Read the next packet.

    Raises:
        asyncio.IncompleteReadError: The connection has ended.
    """
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            break
    return Packet(Kind(first >> 4), first & 0x0F, await reader.readexactly(length))


def connect_packet(
    *, client_id: str, username: str, password: str, will: Message | None
) -> bytes:
    """Write a CONNECT with a clean session and without keep alive, 3.1."""
    flags = 0b1100_0010
    payload = _text(client_id)
    if will is not None:
        flags |= 0b100 | will.qos << 3 | will.retain << 5
        payload += _text(will.topic) + _bytes(will.payload)
    payload += _text(username) + _text(password)
    head = _text(PROTOCOL_NAME) + bytes([PROTOCOL_LEVEL, flags, 0, 0])
    return _packet(Kind.CONNECT, head + payload)


def publish_packet(message: Message, identifier: int) -> bytes:
    """Write a PUBLISH, 3.3; the identifier counts from QoS 1 on."""
    body = _text(message.topic)
    if message.qos:
        body += identifier.to_bytes(2)
    flags = message.qos << 1 | message.retain
    return _packet(Kind.PUBLISH, body + message.payload, flags)


def parse_publish(packet: Packet) -> tuple[int, Message]:
    """Return identifier (0 with QoS 0) and message of a PUBLISH."""
    end = 2 + int.from_bytes(packet.body[:2])
    topic = packet.body[2:end].decode()
    qos = packet.flags >> 1 & 3
    identifier = 0
    if qos:
        identifier = int.from_bytes(packet.body[end : end + 2])
        end += 2
    retain = bool(packet.flags & 1)
    return identifier, Message(
        topic=topic, payload=packet.body[end:], qos=qos, retain=retain
    )


def subscribe_packet(pattern: str, qos: int, identifier: int) -> bytes:
    """Write a SUBSCRIBE to one pattern, 3.8."""
    return _packet(
        Kind.SUBSCRIBE, identifier.to_bytes(2) + _text(pattern) + bytes([qos])
    )


def answer_packet(kind: Kind, identifier: int) -> bytes:
    """Write a PUBACK, PUBREC, PUBREL or PUBCOMP."""
    return _packet(kind, identifier.to_bytes(2))


def disconnect_packet() -> bytes:
    """Write a DISCONNECT, 3.14."""
    return _packet(Kind.DISCONNECT, b"")


def _packet(kind: Kind, body: bytes, flags: int | None = None) -> bytes:
    low = _FIXED_FLAGS.get(kind, 0) if flags is None else flags
    length = len(body)
    digits = bytearray()
    while True:
        length, digit = divmod(length, 0x80)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            break
    return bytes([kind << 4 | low]) + digits + body


def _bytes(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def _text(text: str) -> bytes:
    return _bytes(text.encode())
