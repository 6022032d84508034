"""The pages of the portal that a user is sent to."""

from html import escape
import re
from typing import Final

from aiohttp import web

from .platform import Platform
from .vocabulary import PUBLIC

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>WoTKit (simulated)</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>Simulated WoTKit</h1><p>{text}</p></body></html>
"""
MONITOR: Final = re.compile(r"/wotkit/sensors/(\d+)/monitor/?")
PAGES: Final = ("/wotkit", "/wotkit/", "/wotkit/keys", "/wotkit/apps")


def portal_page(platform: Platform, request: web.Request) -> web.Response:
    """Return a page outside of the API.

    Args:
        platform: Knows the sensors.
        request: What the browser asks for.
    """
    if request.method == "GET" and request.path in PAGES:
        return _page("There is nothing to see here.")
    match = MONITOR.fullmatch(request.path)
    sensor = platform.sensors.get(int(match[1])) if match else None
    if request.method != "GET" or sensor is None:
        return web.Response(status=404, text="Not Found")
    if sensor.visibility != PUBLIC:
        return _page("You must sign in to see this sensor.")
    return _page(f"{sensor.long_name}: {len(sensor.rows)} rows of data")


def _page(text: str) -> web.Response:
    return web.Response(text=PAGE.format(text=escape(text)), content_type="text/html")
