"""Every step of Thing+'s flows that has texts can be reached."""

from tests.bridges.browser import Browser
from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.bridges.page import go_to_page
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import CLIENT, WAYS, CreateEntry, add_account, open_form


async def test_every_step(
    flows: FlowWalker,
    browser: Browser,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """All steps that have texts can be reached."""
    for way in WAYS.values():
        entry = await add_account(flows, server, way)
        await flows.reauth(entry)
        await flows.options(entry)
        await flows.reconfigure(entry)
        await flows.remove(entry)
    await go_to_page(flows, await open_form(flows, server, "thingplus_code"), CLIENT)
    await flows.reauth(await create_entry(sign_in="code"))

    own = {
        (kind, step)
        for kind in ("config", "options")
        for step in TEXTS[kind]["step"]
        if step.startswith("thingplus")
    }
    assert flows.steps == {("config", "user"), ("config", "auth"), *own}
