"""The process of a mosquitto, which never outlives ours."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
import shutil
import socket
import subprocess
import time
from typing import Final, Literal

from tests.simulators.loopback import HOST

NOT_INSTALLED: Final = "mosquitto is not installed (with its plugin for logins)"
_PLUGIN: Final = "mosquitto_dynamic_security.so"
# Where packages put it that is not in everybody's PATH: Debian, others, Homebrew.
FOLDERS: Final = (
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/sbin",
    "/usr/local/opt/mosquitto/sbin",
    "/home/linuxbrew/.linuxbrew/sbin",
)
# Of a thousandth of a second. Clocks may stand still in tests, so turns are counted.
_TURNS: Final = 5000
_RUNNING: Final = b" running\n"
_FAILED: Final = b"Error: "

# Reads one line, the signal, which ends the broker. The pipe ends with our process, in
# whatever way that ends; so does the broker then, and nobody else removes its folder.
_KEEPER: Final = """
folder=$1; shift
"$@" </dev/null & broker=$!
read -r signal
kill "-${signal:-KILL}" $broker 2>/dev/null
wait $broker
[ -n "$signal" ] || rm -rf -- "$folder"
"""


def find_mosquitto() -> Path | None:
    """Return the broker's program, None if it or its plugin is missing."""
    found = shutil.which("mosquitto")
    places = [Path(found)] if found else []
    places += [Path(folder) / "mosquitto" for folder in FOLDERS]
    for place in places:
        if place.is_file() and find_plugin(place) is not None:
            return place
    return None


def find_plugin(program: Path) -> Path | None:
    """Return the plugin for logins of a broker, None if it is missing."""
    roots = (program.parent.parent, program.resolve().parent.parent)
    for root in roots:
        for pattern in (f"lib*/{_PLUGIN}", f"lib*/*/{_PLUGIN}"):
            for place in sorted(root.glob(pattern)):
                return place
    return None


class MosquittoError(Exception):
    """The broker does not start; the text is its log."""

    @property
    def port_is_taken(self) -> bool:
        """Return whether that is since something else has the port."""
        return "Address already in use" in str(self)


class MosquittoProcess:
    """A broker that runs.

    All calls block for some thousandths of a second: no event loop is needed, and it
    does not matter when one ends.
    """

    def __init__(
        self, program: Path, arguments: Iterable[str], log: Path, port: int
    ) -> None:
        """Start, and wait until it listens.

        Args:
            program: The broker.
            arguments: Its arguments.
            log: Where its log goes, which it has to send to stderr, in a folder of the
                broker's own.
            port: One of those that it listens on.

        Raises:
            MosquittoError: It does not start.
        """
        self._port = port
        with log.open("wb") as sink:
            self._keeper = subprocess.Popen(
                [
                    *("/bin/sh", "-c", _KEEPER, "keeper", str(log.parent)),
                    *(str(program), *arguments),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=sink,
                # What a terminal sends to our process is not for it.
                start_new_session=True,
            )
        if not _comes_up(log):
            self.end("KILL")
            raise MosquittoError(log.read_text())

    def end(self, signal: Literal["TERM", "KILL"]) -> None:
        """End it, and wait for that. Nothing happens if it has ended."""
        pipe = self._keeper.stdin
        assert pipe is not None
        if not pipe.closed:
            pipe.write(f"{signal}\n".encode())
            pipe.close()
        while self._keeper.poll() is None:
            self._wake()
            time.sleep(0.0005)

    def _wake(self) -> None:
        """Knock at its door: it looks for signals each tenth of a second only."""
        with suppress(OSError):
            socket.create_connection((HOST, self._port), timeout=0.1).close()


def _comes_up(log: Path) -> bool:
    for _ in range(_TURNS):
        told = log.read_bytes()
        if _RUNNING in told:
            return True
        if _FAILED in told:
            return False
        time.sleep(0.001)
    return False
