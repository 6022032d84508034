"""Every step of WoTKit's flows that has texts can be reached."""

from tests.bridges.browser import Browser
from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.bridges.page import sign_in_on_page
from tests.simulators.wotkit import WotkitServer

from .conftest import CODE_FORM, AddAccount, choose_sensors, start_code


async def test_every_step(
    flows: FlowWalker, browser: Browser, server: WotkitServer, add_account: AddAccount
) -> None:
    """All steps that have texts can be reached."""
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    form = await flows.answer(form, {"choice": "tags"})
    entry = (await flows.answer(form, {"tags": ["weather"]}))["result"]
    await flows.reauth(entry)
    for choice in ("tags", "picked"):
        await flows.choose(await flows.options(entry), {"choice": choice})
    await flows.reconfigure(entry)
    await flows.remove(entry)

    for sign_in in ("key", "user", "password_grant"):
        entry = await add_account(sign_in, choice="contributed")
        await flows.reauth(entry)
        await flows.remove(entry)

    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    await flows.answer(form, {"choice": "picked"})

    own = {
        (kind, step)
        for kind in ("config", "options")
        for step in TEXTS[kind]["step"]
        if step.startswith("wotkit")
    }
    assert flows.steps == {("config", "user"), ("config", "auth"), *own}


async def test_choice_is_reached_through_every_way(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """The page leads to the same question as the forms."""
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    await choose_sensors(flows, form, choice="both")
