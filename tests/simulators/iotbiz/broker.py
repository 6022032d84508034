"""A real broker on this machine alone: mosquitto."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import json
from pathlib import Path
import random
import secrets
import shutil
import socket
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
import tempfile
from typing import Any, Final
import weakref

from tests.simulators.loopback import HOST

from .certificates import ServerCertificate, foreign_authority, own_authority
from .logins import (
    ANSWER_TOPIC,
    CONTROL_TOPIC,
    Login,
    adding_commands,
    admin_login,
    customer_login,
    device_login,
    dropping_commands,
    errors_in,
    login_file,
    removing_commands,
)
from .mosquitto import (
    NOT_INSTALLED,
    MosquittoError,
    MosquittoProcess,
    find_mosquitto,
    find_plugin,
)
from .mqtt import MqttConnection, OnMessage
from .packets import Message

ADMIN: Final = "admin"

# Below those that connections take by themselves: nothing takes the port of a broker
# that is restarted, and no client that knocks there meets itself.
_PORTS: Final = range(12_000, 32_000)
_TRIES: Final = 20
_CONTROL_SECONDS: Final = 10.0

type AtStart = Callable[[], Awaitable[None]]


class Broker:
    """A mosquitto; restarted, it has its ports and logins, and retains nothing.

    It runs on any event loop, and survives the end of one; it ends with this process.

    Attributes:
        admin_name: The login that may do everything.
        admin_password: Its password.
        port: The port without TLS; 0 before the first start.
        tls_port: The port with TLS; 0 if there is none.
        starts: How often it has been started.
        folder: What it reads, and its log; it goes when the object or the process does.
    """

    host: Final = HOST

    def __init__(
        self,
        *,
        tls: bool = False,
        certificate: ServerCertificate | None = None,
        logs_packets: bool = True,
    ) -> None:
        """Do not run yet.

        Args:
            tls: Whether there is a port with TLS, too.
            certificate: What it shows there; by default one for "localhost" and the
                address, of `own_authority`.
            logs_packets: Whether the log tells of each packet; it grows quickly.
        """
        self.admin_name = ADMIN
        self.admin_password = secrets.token_urlsafe(12)
        self.port = 0
        self.tls_port = 0
        self.starts = 0
        self._certificate = certificate
        if tls and certificate is None:
            self._certificate = own_authority().issue("localhost", HOST)
        self._logs_packets = logs_packets
        self.folder = Path(tempfile.mkdtemp(prefix="broker-"))
        # When nobody knows this object any more, or the process ends.
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._process: MosquittoProcess | None = None
        self._earlier_log = ""
        self._logins: dict[str, Login] = {}
        self._at_start: list[AtStart] = []
        self._controlling = asyncio.Lock()
        self._remember(admin_login(ADMIN, self.admin_password))

    @property
    def ca_pem(self) -> str:
        """Return the certificate of the authority that its own certificate is of."""
        return own_authority().pem

    @property
    def foreign_ca_pem(self) -> str:
        """Return the certificate of an authority that its own is not of."""
        return foreign_authority().pem

    @property
    def is_running(self) -> bool:
        """Return whether it runs."""
        return self._process is not None

    @property
    def log(self) -> str:
        """Return what it logged since it was started the last time."""
        path = self._log_path
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def whole_log(self) -> str:
        """Return what it logged since it was started the first time."""
        return self._earlier_log + self.log

    @property
    def _log_path(self) -> Path:
        return self.folder / "log"

    def tls_context(self) -> SSLContext:
        """Return what a client needs to know the broker by."""
        context = SSLContext(PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.ca_pem)
        return context

    # Life

    async def start(self, port: int = 0, tls_port: int = 0) -> None:
        """Start; it accepts connections then. Nothing happens if it runs.

        Args:
            port: 0: the one it had before, at first any free one.
            tls_port: The same with TLS.

        Raises:
            MosquittoError: It does not start, as where the port is taken.
            FileNotFoundError: It is not installed.
        """
        if self.is_running:
            return
        self._earlier_log = self.whole_log
        self._start(port or self.port, tls_port or self.tls_port)
        self.starts += 1
        for action in self._at_start:
            await action()

    async def stop(self) -> None:
        """End: all connections end with it. Nothing happens if it ended.

        Last wills are told to those who are still connected, as mosquitto does.
        """
        self._end("TERM")

    async def kill(self) -> None:
        """End without any farewell, and without telling last wills."""
        self._end("KILL")

    async def restart(self) -> None:
        """Stop, and start on the same ports."""
        await self.stop()
        await self.start()

    def at_start(self, action: AtStart) -> Callable[[], None]:
        """Do something at each start; returns what ends that."""
        self._at_start.append(action)
        return lambda: self._at_start.remove(action)

    # Logins

    async def add_user(
        self, name: str, password: str, customer_id: str | None = None
    ) -> None:
        """Add or replace a login; it counts at once, or at the start.

        Args:
            name: The user's name: of a device, its id.
            password: The password.
            customer_id: The device's customer; None: the user may do everything.
        """
        login = admin_login(name, password)
        if customer_id is not None:
            login = device_login(name, password, customer_id)
        await self._add(login)

    async def add_customer(self, customer_id: str, password: str) -> None:
        """Add or replace the login of a customer: all of its devices, both ways."""
        await self._add(customer_login(customer_id, password))

    async def remove_user(self, name: str) -> None:
        """Take a login away; its connections are cut, without their last will.

        Raises:
            KeyError: There is no such login.
        """
        del self._logins[name]
        await self._control(removing_commands(name))

    async def drop(self, name: str) -> None:
        """Cut the connections of a login, without their last will; it may come again.

        Raises:
            KeyError: There is no such login.
        """
        await self._control(dropping_commands(self._logins[name].name))

    def has_user(self, name: str) -> bool:
        """Return whether there is a login."""
        return name in self._logins

    # Messages

    async def connect(
        self,
        username: str = "",
        password: str = "",
        *,
        client_id: str = "",
        will: Message | None = None,
        on_message: OnMessage | None = None,
        tls: SSLContext | None = None,
    ) -> MqttConnection:
        """Connect by hand, by default as the one who may do everything.

        Raises:
            MqttRefusedError: The login is wrong.
            OSError: It does not run.
        """
        return await MqttConnection.open(
            self.host,
            self.tls_port if tls else self.port,
            username=username or self.admin_name,
            password=password if username else self.admin_password,
            client_id=client_id,
            will=will,
            on_message=on_message,
            tls=tls,
        )

    # Inside

    async def _add(self, login: Login) -> None:
        commands = adding_commands(login)
        if login.name in self._logins:
            commands = [*removing_commands(login.name), *commands]
        self._remember(login)
        await self._control(commands)

    def _remember(self, login: Login) -> None:
        self._logins[login.name] = login

    async def _control(self, commands: Sequence[dict[str, Any]]) -> None:
        """Let a broker that runs carry out commands, and wait for its answer."""
        if not self.is_running:
            return
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        async with self._controlling:
            connection = await self.connect(
                on_message=lambda message: answer.set_result(message.payload)
            )
            try:
                await connection.subscribe(ANSWER_TOPIC)
                await connection.publish(
                    CONTROL_TOPIC, json.dumps({"commands": list(commands)}), qos=1
                )
                async with asyncio.timeout(_CONTROL_SECONDS):
                    errors = errors_in(await answer)
            finally:
                await connection.close()
        if errors:
            raise MosquittoError(", ".join(errors))

    def _start(self, port: int, tls_port: int) -> None:
        program = find_mosquitto()
        plugin = program and find_plugin(program)
        if program is None or plugin is None:
            raise FileNotFoundError(NOT_INSTALLED)
        for tries_left in reversed(range(_TRIES)):
            self.port = port or _free_port()
            self.tls_port = 0
            if self._certificate is not None:
                self.tls_port = tls_port or _free_port(self.port)
            self._write_files(plugin)
            try:
                self._process = MosquittoProcess(
                    program,
                    ["-c", str(self.folder / "conf")],
                    self._log_path,
                    self.port,
                )
            except MosquittoError as error:
                # Another process may have been quicker with a port that was free.
                given = bool(port) and bool(tls_port or self._certificate is None)
                if given or not tries_left or not error.port_is_taken:
                    raise
            else:
                return

    def _end(self, signal: Any) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end(signal)

    def _write_files(self, plugin: Path) -> None:
        conf = [
            # It would change to another user, who may not read the folder.
            *("user root", "persistence false", "allow_anonymous false"),
            *("set_tcp_nodelay true", "sys_interval 0", "retain_available true"),
            # Bursts are not what it is there for. 0 does not mean any number everywhere.
            "max_queued_messages 100000",
            *("log_dest stderr", "log_timestamp false"),
            f"plugin {plugin}",
            f"plugin_opt_config_file {self.folder / 'logins'}",
        ]
        kinds = ("error", "warning", "notice", "information")
        conf += [f"log_type {kind}" for kind in kinds]
        if self._logs_packets:
            conf.append("log_type debug")
        conf.append(f"listener {self.port} {HOST}")
        if self._certificate is not None:
            self._write("certificate", self._certificate.certificate_pem)
            self._write("key", self._certificate.key_pem)
            conf += [
                f"listener {self.tls_port} {HOST}",
                f"certfile {self.folder / 'certificate'}",
                f"keyfile {self.folder / 'key'}",
            ]
        self._write("conf", "\n".join((*conf, "")))
        self._write("logins", login_file(self._logins.values()))

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


def _free_port(*taken: int) -> int:
    """Return a port that nothing has, as far as can be seen."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port not in taken:
            return port
