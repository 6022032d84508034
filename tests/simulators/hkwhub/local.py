"""The web server inside the hub app; HKWHub specification, "Local Server Mode"."""

from typing import Literal, override

from .home import SimulatedHome, random_token
from .rest import RestServer, ResultForm
from .sessions import Front, numbered_tokens
from .vocabulary import COMMANDS, SESSION_TOKEN, JsonObject

type Generation = Literal[0, 1]

# The path of 2015
ADD_DEVICE_GENERATION_0 = "add_device_tosession"
ADD_DEVICE = "add_device_to_session"


class LocalServer(RestServer):
    """The local server, as it is since December 2015 or as it was before.

    Generation 0 differs: paths begin with `/v1/`, the session is `SessionID` and a
    number, `Priority` belongs to `init_session`, nothing can be spoken, and one path
    is spelled `add_device_tosession`.
    """

    def __init__(
        self,
        home: SimulatedHome,
        generation: Generation = 1,
        result_as: ResultForm = "string",
    ) -> None:
        """Serve a home.

        Args:
            home: Where commands are carried out.
            generation: 1: `/api/v1/`; 0: `/v1/`.
            result_as: Whether true is the text "true" or a JSON boolean.
        """
        self._generation = generation
        front = Front(name="local", new_token=random_token)
        if generation == 0:
            front = Front(
                name="local",
                new_token=numbered_tokens(),
                session_key="SessionID",
                missing=frozenset(
                    name for name in COMMANDS if name.startswith("play_tts")
                ),
                priority_on_init=True,
            )
        super().__init__(
            home,
            front,
            "/api/v1/" if generation else "/v1/",
            result_as=result_as,
            names_command=bool(generation),
        )

    @override
    def _find_command(self, name: str) -> str:
        if self._generation == 0:
            names = {ADD_DEVICE_GENERATION_0: ADD_DEVICE, ADD_DEVICE: f"{name} (2016)"}
            return names.get(name, name)
        return name

    @override
    def _to_wire(self, command: str, answer: JsonObject) -> JsonObject:
        wire = super()._to_wire(command, answer)
        if SESSION_TOKEN in wire:
            wire[self.front.session_key] = wire.pop(SESSION_TOKEN)
        return wire
