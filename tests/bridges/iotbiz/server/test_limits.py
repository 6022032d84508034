"""How often somebody may ask, and how much of what is refused is told."""

import asyncio
import logging
from typing import Final

import pytest

from custom_components.iot_bridge.bridges.iotbiz.server.rate_limits import (
    RateLimit,
    RateLimits,
    household_of,
)
from custom_components.iot_bridge.bridges.iotbiz.server.refusals import (
    Reason,
    Refusals,
    Refused,
)

from .callers import BASE, Caller, bearer

PASSWORDS: Final = "custom_components.iot_bridge.bridges.iotbiz.server.passwords"


class Clock:
    """Stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def test_some_at_once_and_then_slowly() -> None:
    """What was not used is saved up, and never more than may be taken at once."""
    clock = Clock()
    limit = RateLimit(3, 0.5, clock)
    assert [limit.take("a") for _ in range(4)] == [True, True, True, False]
    assert limit.take("b")
    clock.now += 2
    assert [limit.take("a") for _ in range(2)] == [True, False]
    clock.now += 1000
    assert [limit.take("a") for _ in range(4)] == [True, True, True, False]


def test_memory_stays_small() -> None:
    """Who tries out addresses is not remembered for ever; who came last is."""
    limit = RateLimit(1, 0.1, Clock())
    assert all(limit.take(str(number)) for number in range(10_000))
    assert limit.is_used_up("9999")
    assert not limit.is_used_up("0")


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", "unknown"),
    ],
)
def test_households(address: str, household: str) -> None:
    """Whoever has an IPv6 network has each of its addresses."""
    assert household_of(address) == household


async def test_flood_of_one_address() -> None:
    """Of one sender ten are served at the same time; the others wait, but nobody else."""
    limits = RateLimits(Clock())
    served: list[str] = []
    end = asyncio.Event()

    async def ask(address: str) -> None:
        async with limits.request(address):
            served.append(address)
            await end.wait()

    flood = asyncio.gather(*(ask("192.0.2.1") for _ in range(30)))
    other = asyncio.create_task(ask("192.0.2.2"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert sorted(served) == ["192.0.2.1"] * 10 + ["192.0.2.2"]
    end.set()
    await asyncio.gather(flood, other)
    assert served.count("192.0.2.1") == 30


async def test_guesses_at_once() -> None:
    """Guesses that come at the same time are not more than those one after the other."""
    limits = RateLimits(Clock())
    reasons: list[Reason] = []

    async def guess() -> None:
        async with limits.request("192.0.2.1"):
            await asyncio.sleep(0)
            raise Refused(Reason.INVALID_PASSWORD)

    async def guess_and_note() -> None:
        with pytest.raises(Refused) as info:
            await guess()
        reasons.append(info.value.reason)

    await asyncio.gather(*(guess_and_note() for _ in range(100)))
    # Those that are at work when the last one is counted
    assert 20 <= reasons.count(Reason.INVALID_PASSWORD) < 30
    assert reasons.count(Reason.TOO_MANY_REQUESTS) > 70


def test_customer_number() -> None:
    """A number that everybody knows is slowed down as well."""
    clock = Clock()
    limits = RateLimits(clock)
    for _ in range(600):
        limits.check_registration("abc123")
    with pytest.raises(Refused):
        limits.check_registration("abc123")
    limits.check_registration("another")
    clock.now += 1
    limits.check_registration("abc123")


def test_log_stays_small(caplog: pytest.LogCaptureFixture) -> None:
    """Each kind is told once for each sender, and ever new senders come to an end."""
    refusals = Refusals()
    for number in range(300):
        refusals.note(Refused(Reason.NOT_ALLOWED), f"2001:db8::{number}")
        refusals.note(Refused(Reason.NOT_APPROVED), "192.0.2.1")
    told = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 101
    assert "no further refusals are told" in told[-1].getMessage()
    assert refusals.counts == {Reason.NOT_ALLOWED: 300, Reason.NOT_APPROVED: 300}


@pytest.mark.usefixtures("entry")
async def test_too_many_sign_in(here: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that asks for too many at once is told no, in its own words."""
    monkeypatch.setattr(f"{PASSWORDS}.MOST_WAITING", 2)
    answers = await asyncio.gather(
        *(
            here.post(
                f"{BASE}/broker/emqx/authenticate",
                {"username": f"nobody-{number}", "password": "guess"},
                bearer(),
            )
            for number in range(8)
        )
    )
    assert {status for status, _ in answers} == {200}
    assert {answer["result"] for _, answer in answers} == {"ignore", "deny"}
