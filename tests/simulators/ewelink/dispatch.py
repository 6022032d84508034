"""The dispatch call: where the socket is (developer guide, step 3)."""

from typing import TYPE_CHECKING

from .call import Call
from .checks import bad_params, bearer_v1, bearer_v2
from .json_types import Json

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator


async def dispatch(simulator: EwelinkSimulator, call: Call) -> Json:
    """POST /dispatch/app (v1, and accepted for v2) or GET /dispatch/app (v2)."""
    if call.generation == "v1":
        bearer_v1(simulator, call)
    else:
        bearer_v2(simulator, call)
    if call.method == "POST" and call.params.get("accept") != "ws":
        raise bad_params(call, "`accept` is not ws")
    return {
        "error": 0,
        "reason": "ok",
        "IP": simulator.host,
        "domain": simulator.host,
        "port": simulator.port,
    }
