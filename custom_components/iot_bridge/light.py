"""Lights of every bridge."""

from homeassistant.const import Platform

from .platforms import platform_setup

PARALLEL_UPDATES = 0

async_setup_entry = platform_setup(Platform.LIGHT)
