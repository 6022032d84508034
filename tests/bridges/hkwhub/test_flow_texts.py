"""Every step of HKWHub's flows that has texts can be reached."""

from typing import Any

from tests.bridges.browser import Browser
from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.bridges.page import go_to_page, sign_in

from .conftest import AddHub, start_code


async def test_every_step(
    flows: FlowWalker, browser: Browser, add_hub: AddHub, code_form: dict[str, Any]
) -> None:
    """All steps that have texts can be reached."""
    page = await go_to_page(flows, await start_code(flows), code_form)
    entry = (await sign_in(flows, browser, page))["result"]
    await flows.reauth(entry)
    await flows.options(entry)
    await flows.remove(entry)

    await flows.start("hkwhub", "hkwhub_cloud", "hkwhub_password")
    await flows.reauth(await add_hub("cloud"))

    await flows.start("hkwhub", "hkwhub_pubnub")
    entry = await add_hub("pubnub")
    await flows.reauth(entry)
    await flows.options(entry)

    await flows.start("hkwhub", "hkwhub_local")
    await flows.reconfigure(await add_hub("local"))

    own = {
        (kind, step)
        for kind in ("config", "options")
        for step in TEXTS[kind]["step"]
        if step.startswith("hkwhub")
    }
    assert flows.steps == {("config", "user"), ("config", "auth"), *own}
