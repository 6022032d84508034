"""Gates, buckets and turns."""

import asyncio
from itertools import pairwise

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import Pace
from custom_components.iot_bridge.bridges.ewelink.client.pacing import (
    RequestGate,
    TokenBucket,
    Turns,
)


def now() -> float:
    return asyncio.get_running_loop().time()


def test_defaults() -> None:
    assert Pace() == Pace(
        request_interval=0.5,
        message_rate=10,
        message_burst=10,
        request_timeout=10,
        command_timeout=5,
        handshake_timeout=10,
        pong_timeout=10,
        echo_delay=1,
        default_heartbeat=90,
    )


async def test_gate_keeps_calls_apart() -> None:
    gate = RequestGate(0.03)
    spans: list[tuple[float, float]] = []

    async def call() -> None:
        async with gate.call():
            began = now()
            await asyncio.sleep(0.01)
            spans.append((began, now()))

    await asyncio.gather(*(call() for _ in range(4)))
    for earlier, later in pairwise(spans):
        assert later[0] - earlier[1] >= 0.029


async def test_gate_opens_after_a_failure() -> None:
    gate = RequestGate(0)
    with pytest.raises(ZeroDivisionError):
        async with gate.call():
            raise ZeroDivisionError
    async with asyncio.timeout(1), gate.call():
        pass


async def test_gate_after_a_cancelled_wait() -> None:
    gate = RequestGate(0)

    async def wait() -> None:
        async with gate.call():
            pytest.fail("the gate is held")

    async with gate.call():
        waiter = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
    async with asyncio.timeout(1), gate.call():
        pass


async def test_bucket_limits_the_rate() -> None:
    bucket = TokenBucket(rate=200, burst=4)
    began = now()
    for _ in range(4):
        await bucket.take()
    assert now() - began < 0.01
    for _ in range(10):
        await bucket.take()
    assert now() - began >= 0.048


async def test_bucket_holds_no_more_than_its_burst() -> None:
    bucket = TokenBucket(rate=1000, burst=1)
    await asyncio.sleep(0.02)
    began = now()
    for _ in range(11):
        await bucket.take()
    assert now() - began >= 0.009


async def test_bucket_on_credit() -> None:
    bucket = TokenBucket(rate=100, burst=1)
    for _ in range(3):
        bucket.spend()
    began = now()
    await bucket.take()
    assert now() - began >= 0.029


async def test_cancelled_wait_takes_no_token() -> None:
    bucket = TokenBucket(rate=20, burst=1)
    await bucket.take()
    waiters = [asyncio.create_task(bucket.take()) for _ in range(50)]
    await asyncio.sleep(0)
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    began = now()
    await bucket.take()
    assert now() - began < 0.1


async def test_turns_are_in_order_and_apart() -> None:
    turns = Turns()
    order: list[str] = []

    async def work(key: str, name: str) -> None:
        async with turns.of(key):
            order.append(f"{name} begins")
            await asyncio.sleep(0.005)
            order.append(f"{name} ends")

    await asyncio.gather(work("a", "a1"), work("a", "a2"), work("b", "b1"))
    assert [step for step in order if step.startswith("a")] == [
        "a1 begins",
        "a1 ends",
        "a2 begins",
        "a2 ends",
    ]
    assert order.index("b1 begins") < order.index("a1 ends")


async def test_turns_do_not_pile_up() -> None:
    turns = Turns()
    for number in range(100):
        async with turns.of(str(number)):
            pass
    async with turns.of("held"):
        waiters = [asyncio.create_task(wait_for_turn(turns)) for _ in range(3)]
        await asyncio.sleep(0)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)
        assert len(turns) == 1
    assert len(turns) == 0


async def wait_for_turn(turns: Turns) -> None:
    async with turns.of("held"):
        pytest.fail("it is somebody else's turn")
