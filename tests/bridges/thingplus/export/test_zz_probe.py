"""Probe."""
from collections import Counter
from itertools import pairwise
import re
import time
from typing import Any
import pytest
from homeassistant.core import HomeAssistant
from tests.bridges.wotkit.export.house import HUMIDITY, LOUNGE, TEMPERATURE, House, CELSIUS
from tests.simulators.thingplus import ThingplusSimulator, Trouble
from .exported import *
K = "Kitchen Temperature"

@pytest.mark.parametrize("path", ["SENSOR/series$", "SENSOR/status$", "^/gateways/[^/]*/status$"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
async def test_permanent(server, house, account, add_export, clock, path, status, capsys, caplog):
    server.watch.watches_status_periods = False
    await add_export(TEMPERATURE, LOUNGE, HUMIDITY)
    first = sensors(server)[K]
    server.trouble = Trouble(method="PUT", status=status, path=path.replace("SENSOR", first.id))
    known = len(server.requests)
    ns = {n: (len(s.statuses), len(s.values)) for n, s in sensors(server).items()}
    for i in range(60):
        house.show(TEMPERATURE, i); house.show(LOUNGE, i)
        await clock.go(60, step=3)
    reqs = [*server.requests][known:]
    c = Counter((r.method, re.sub("[0-9a-f]{32}", "X", r.path)) for r in reqs)
    with open("/tmp/probe_out.txt","a") as out:
        print("\n", path, status, len(reqs), dict(c.most_common(6)), file=out)
        print({n: (len(s.statuses)-ns[n][0], len(s.values)-ns[n][1]) for n, s in sensors(server).items()}, account.runtime_data.exports.exporters[0].counts, file=out)
    server.trouble = None
    server.faults.clear()

@pytest.mark.parametrize("status", [403, 500, 409])
async def test_post(server, house, account, add_export, clock, status, capsys, flows):
    server.watch.watches_status_periods = False
    sub = await add_export(LOUNGE)
    server.trouble = Trouble(method="POST", status=status, path="/sensors$")
    form = await flows.reconfigure_subentry(account, sub)
    await flows.fill(form, {"entities": [LOUNGE, TEMPERATURE], "min_interval": 0})
    known = len(server.requests)
    ns = {n: (len(s.statuses), len(s.values)) for n, s in sensors(server).items()}
    for i in range(60):
        house.show(TEMPERATURE, i); house.show(LOUNGE, i)
        await clock.go(60, step=3)
    reqs = [*server.requests][known:]
    c = Counter((r.method, re.sub("[0-9a-f]{32}", "X", r.path)) for r in reqs)
    with open("/tmp/probe_out.txt","a") as out:
        print("\n POST", status, len(reqs), dict(c.most_common(6)), file=out)
        print({n: (len(s.statuses)-ns[n][0], len(s.values)-ns[n][1]) for n, s in sensors(server).items()}, account.runtime_data.exports.exporters[0].counts, file=out)
    server.trouble = None
    server.faults.clear()

async def test_signin(server, house, account, add_export, clock, capsys):
    server.watch.watches_status_periods = False
    await add_export(LOUNGE)
    from ..conftest import USERNAME
    server.find_user(USERNAME).password = "x"
    server.revoke_all()
    known = len(server.requests)
    for i in range(60):
        house.show(LOUNGE, i)
        await clock.go(60, step=5)
    reqs = [*server.requests][known:]
    c = Counter((r.method, re.sub("[0-9a-f]{32}", "X", r.path)) for r in reqs)
    with open("/tmp/probe_out.txt","a") as out:
        print("\n SIGNIN", len(reqs), dict(c.most_common(6)), file=out)
    server.faults.clear()

async def test_disk(hass, hass_storage, server, house, account, add_export, clock, capsys, monkeypatch):
    await add_export(LOUNGE, TEMPERATURE)
    await clock.go(120)
    from homeassistant.helpers.storage import Store
    n = Counter()
    orig = Store._async_write_data
    async def w(self, *a, **k):
        n[self.key] += 1
        return await orig(self, *a, **k)
    monkeypatch.setattr(Store, "_async_write_data", w)
    for i in range(360):
        house.show(LOUNGE, i % 7)
        await clock.go(10, step=1)
    with open("/tmp/probe_out.txt","a") as out:
        print("\n DISK", n, file=out)

async def test_outage(hass, server, house, account, add_export, clock, capsys):
    await add_export(LOUNGE, TEMPERATURE)
    await clock.go(600)
    await server.stop()
    for m in range(120):
        house.show(TEMPERATURE, m)
        await clock.go(60)
    n = len(server.requests)
    await server.start()
    await clock.go(400)
    with open("/tmp/probe_out.txt","a") as out:
        print(file=out)
        for s in sensors(server).values():
            import json
            print("OUT", [len(b) if isinstance(b, list) else 1 for b in [json.loads(r.body) for r in [*server.requests][n:] if r.path.endswith(f"{s.id}/series")]], file=out)
