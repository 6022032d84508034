"""What `scripts/demo` runs: a demo house that lives until it is interrupted."""

import argparse
import asyncio
from pathlib import Path
import shutil
import signal
import socket
import sys
from typing import Final

from tests.e2e.config_folder import REPOSITORY
from tests.e2e.home_assistant import StartError
from tests.e2e.house import PORT_COUNT, USER, HouseError, open_house

FOLDER: Final = REPOSITORY / ".demo"
HIGHEST_PORT: Final = 65535


def say(text: str) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)


def folder_of(port: int) -> Path:
    """Return a port's house: entries hold addresses, so each has its own."""
    return FOLDER / str(port)


def ports_from(first: int) -> range:
    """Return the ports of a house: of the web page, then of the simulated services."""
    return range(first, first + PORT_COUNT)


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def live_in_house(port: int) -> int:
    """Run the house; return 1 if Home Assistant ends by itself."""
    async with open_house(folder_of(port), ports_from(port), say) as house:
        say(
            f"\n  Address:  {house.process.url}\n  User:     {USER}\n"
            f"  Password: {USER}\n\n"
            "Devices change by themselves every few seconds; what the speakers let hear,"
            " and what\nWoTKit, Thing+ and IoTBiz are sent, is told below. A lathe waits to"
            " be let in: Settings,\nRepairs.\nCtrl-C ends the demo.\n"
        )
        life = asyncio.create_task(house.live(say))
        try:
            await house.process.wait()
        finally:
            life.cancel()
        say(f"Home Assistant ended by itself, see {house.process.log}")
        return 1


async def until_interrupted(port: int) -> int:
    """Run the house; Ctrl-C ends it as it ends any other day."""
    task = asyncio.create_task(live_in_house(port))

    def interrupt() -> None:
        # A second one would cut off Home Assistant's own ending.
        if not task.cancelling():
            task.cancel()
            # Last: a terminal that is closed cannot be written to.
            say("\nEnding …")

    # The last one comes when the terminal is closed.
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signal_number, interrupt)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


def first_port(text: str) -> int:
    """Read a port from the command line; the next ones are used too."""
    highest = HIGHEST_PORT - PORT_COUNT + 1
    if text.isdecimal() and 1024 <= int(text) <= highest:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1024 to {highest}")


def main() -> int:
    """Read the command line and run the demo."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A Home Assistant with simulated devices, speakers and sensors.",
    )
    parser.add_argument(
        "--port",
        type=first_port,
        default=8123,
        help="of the web page (default 8123); the simulated services take the next"
        f" {PORT_COUNT - 1}: eWeLink's cloud, a hub's local server, PubNub, WoTKit, Thing+,"
        " an MQTT broker, an IoTBiz platform",
    )
    parser.add_argument(
        "--reset",
        action="store_true",
        help="forget what earlier runs on this port have left",
    )
    arguments = parser.parse_args()
    # Before anything is forgotten: it may be a running demo's.
    for port in ports_from(arguments.port):
        if not port_is_free(port):
            say(f"Port {port} is in use: choose another with --port.")
            return 1
    if arguments.reset and folder_of(arguments.port).exists():
        shutil.rmtree(folder_of(arguments.port))
    try:
        return asyncio.run(until_interrupted(arguments.port))
    except (StartError, HouseError) as err:
        say(str(err))
        return 1


if __name__ == "__main__":
    sys.exit(main())
