"""The two generations of the REST API.

Hubs of 2015 speak the elder one: other paths, `SessionID`, a priority per session in
place of one per playback, no speech, and one command that was never spelt otherwise.
Source: HKWHub specification, "REST API Specification", in its versions of July 2015 to
February 2016.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .commands import COMMANDS, Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How one generation spells a request.

    Attributes:
        number: 1 is the one of the documents, 0 the elder one.
        path: What precedes the name of a command.
        session_key: The parameter with the session token.
        renamed: Names of commands that differ.
        prioritized: Commands that take a priority.
        unknown: Commands that it does not have.
    """

    number: int
    path: str
    session_key: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    prioritized: frozenset[str]
    unknown: frozenset[str] = frozenset()

    def query(
        self, command: Command, params: Mapping[str, str], session: str | None
    ) -> dict[str, str]:
        """Return the parameters of a request, the session among them."""
        query = {} if session is None else {self.session_key: session}
        query.update(params)
        if command.name not in self.prioritized:
            query.pop("Priority", None)
        return query

    def path_of(self, command: Command) -> str:
        """Return the path of a command."""
        return self.path + self.renamed.get(command.name, command.name)


def _named(prefix: str) -> frozenset[str]:
    return frozenset(name for name in COMMANDS if name.startswith(prefix))


GENERATION_1: Final = Generation(
    number=1,
    path="/api/v1/",
    session_key="SessionToken",
    prioritized=_named("play_"),
)
GENERATION_0: Final = Generation(
    number=0,
    path="/v1/",
    session_key="SessionID",
    renamed={"add_device_to_session": "add_device_tosession"},
    prioritized=frozenset({"init_session"}),
    unknown=_named("play_tts"),
)
