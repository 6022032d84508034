import time
from homeassistant.helpers import entity_registry as er, device_registry as dr, area_registry as ar
import pytest

@pytest.mark.parametrize("transport", ["local","cloud","pubnub"])
async def test_x(hass, add_hub, home, transport, entity_registry, device_registry):
    t=time.time()
    entry = await add_hub(transport)
    await hass.async_block_till_done()
    print("setup", time.time()-t)
    for s in hass.states.async_all():
        print(s.entity_id, s.state, dict(s.attributes))
    for e in er.async_entries_for_config_entry(entity_registry, entry.entry_id): print(e.entity_id, e.unique_id, e.disabled_by)
    for d in dr.async_entries_for_config_entry(device_registry, entry.entry_id): print(d.name, d.model, d.sw_version, d.connections, d.area_id, d.via_device_id)
    t=time.time()
    await hass.services.async_call("media_player","play_media",{"entity_id":"media_player.omni_left","media_content_id":"harbour lights","media_content_type":"music"},blocking=True)
    print("play", time.time()-t, hass.states.get("media_player.omni_left"))
    t=time.time()
    await hass.config_entries.async_unload(entry.entry_id)
    print("unload", time.time()-t)
