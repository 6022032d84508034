"""Runs the shell examples of the documentation against the demo house, as they are."""

import asyncio
from pathlib import Path
import re
from typing import Final

from .config_folder import REPOSITORY

README: Final = REPOSITORY / "README.md"
GUIDE: Final = REPOSITORY / "docs" / "iotbiz.md"

_BLOCK: Final = re.compile(r"```shell\n(.*?)```", re.DOTALL)
_ADDRESS: Final = "http://homeassistant.local:8123"

# What the examples call and may be missing. The client of MQTT only tells what it was
# given: its broker is on this machine, at its usual port.
_TOOLS: Final = r"""
command -v jq >/dev/null || jq() { sed -n 's/.*"password" *: *"\([^"]*\)".*/\1/p'; }
mosquitto_pub() { printf '%s\n' "$@"; }
"""


def example(document: Path, words: str) -> str:
    """Return the one shell example of a document that holds some words.

    Raises:
        LookupError: There is none, or more than one.
    """
    found = [one for one in _BLOCK.findall(document.read_text()) if words in one]
    if len(found) != 1:
        raise LookupError(f"{len(found)} examples in {document} with {words}")
    return str(found[0])


async def run(script: str, url: str) -> str:
    """Run an example and return what it writes.

    Args:
        script: The example.
        url: Home Assistant's address in place of the usual one.

    Raises:
        RuntimeError: A command in it has failed.
    """
    process = await asyncio.create_subprocess_exec(
        *("bash", "-e", "-o", "pipefail", "-c"),
        _TOOLS + script.replace(_ADDRESS, url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode())
    return output.decode()
