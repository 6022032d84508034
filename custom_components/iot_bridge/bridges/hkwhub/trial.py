"""Tries the way to a hub before a config entry depends on it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry
from .account import create_client
from .client import HkwhubError, HubClient, HubEvent, RequestTimeoutError
from .devices import HUB_ID

_LOGGER = logging.getLogger(__name__)

# Seconds that a user may wait for a form to be checked.
TRIAL_SECONDS: Final = 15.0
# Seconds of it that the hub may take to close the session.
_CLOSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHub:
    """A hub that has answered.

    Attributes:
        speakers: The ids of the speakers that it sees.
        uuid: Its own id; None over REST, which does not tell it.
    """

    speakers: frozenset[str]
    uuid: str | None


async def async_try_hub(hass: HomeAssistant, data: Mapping[str, Any]) -> FoundHub:
    """Open a session with a hub, read its speakers and close the session.

    Args:
        hass: Home Assistant.
        data: What is to become a config entry's data.

    Raises:
        HkwhubError: It does not work.
    """
    client = create_client(hass, data)
    try:
        async with asyncio.timeout(TRIAL_SECONDS), _listening(client):
            try:
                speakers = await client.speakers()
            finally:
                await _close(client)
    except TimeoutError:
        raise RequestTimeoutError("the trial took too long") from None
    return FoundHub(
        speakers=frozenset(speaker.id for speaker in speakers), uuid=client.hub_uuid
    )


@asynccontextmanager
async def _listening(client: HubClient) -> AsyncGenerator[None]:
    """Keep a subscription up meanwhile, where answers come through one."""
    if not client.pushes:
        yield
        return
    is_up = asyncio.Event()
    listening = asyncio.create_task(client.listen(is_up.set, _ignore))
    waiting = asyncio.create_task(is_up.wait())
    tasks = (listening, waiting)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            # It has not come up, and says why.
            await listening
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@callback
def _ignore(_: HubEvent) -> None:
    """Take no notice: nobody depends on events yet."""


async def _close(client: HubClient) -> None:
    """Close the session if there is one; a hub forgets it by itself as well."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.close_session()
    except (HkwhubError, TimeoutError) as err:
        _LOGGER.debug("The session was not closed: %s", type(err).__name__)


def known_speakers(hass: HomeAssistant, entry: BridgeConfigEntry) -> frozenset[str]:
    """Return the ids of the speakers that an entry has had, loaded or not."""
    prefix = f"{entry.entry_id}_"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    ids = {
        identifier.removeprefix(prefix)
        for device in devices
        for domain, identifier in device.identifiers
        if domain == DOMAIN and identifier.startswith(prefix)
    }
    return frozenset(ids - {HUB_ID})
