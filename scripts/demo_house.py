"""What `scripts/demo` runs: a demo house that lives until it is interrupted."""

import argparse
import asyncio
from contextlib import suppress
import shutil
import signal
import socket
import sys
from typing import Final

from tests.e2e.home_assistant import REPOSITORY, StartError
from tests.e2e.house import USER, HouseError, open_house
from tests.simulators.ewelink import live

FOLDER: Final = REPOSITORY / ".demo"
SECONDS_BETWEEN_CHANGES: Final = 3.0


def say(text: str) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def live_in_house(port: int) -> None:
    """Run the house until it is interrupted, or until Home Assistant ends by itself."""
    # The entry holds the cloud's address, so each port has a house of its own.
    async with open_house(FOLDER / str(port), port, port + 1, say) as house:
        say(
            f"\n  Address:  {house.process.url}\n  User:     {USER}\n"
            f"  Password: {USER}\n\n"
            "Devices change by themselves every few seconds. Ctrl-C ends the demo."
        )
        changes = asyncio.create_task(live(house.cloud, SECONDS_BETWEEN_CHANGES))
        try:
            await house.process.wait()
        finally:
            changes.cancel()
            say("\nEnding …")


async def until_interrupted(port: int) -> None:
    """Run the house; Ctrl-C ends it as it ends any other day."""
    task = asyncio.create_task(live_in_house(port))
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(interrupt, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def main() -> int:
    """Read the command line and run the demo."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A Home Assistant with simulated eWeLink devices.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8123,
        help="of the web page (default 8123); the simulated cloud takes the next one",
    )
    parser.add_argument(
        "--reset", action="store_true", help="forget what earlier runs have left"
    )
    arguments = parser.parse_args()
    if arguments.reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    for port in (arguments.port, arguments.port + 1):
        if not port_is_free(port):
            say(f"Port {port} is in use: choose another with --port.")
            return 1
    try:
        asyncio.run(until_interrupted(arguments.port))
    except (StartError, HouseError) as err:
        say(str(err))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
