"""A simulated eWeLink cloud: both protocol generations, strict by the documents.

It needs aiohttp alone, and runs on any event loop: in tests, benchmarks and demos.
"""

from .accounts import SimulatedAccount, SimulatedApp, SimulatedFamily
from .call import RecordedRequest
from .devices import SimulatedDevice
from .fleet import believable_home, broken_item, many_devices
from .knobs import Knobs
from .life import live
from .signing import signature
from .simulator import EwelinkSimulator
from .trouble import Trouble

__all__ = [
    "EwelinkSimulator",
    "Knobs",
    "RecordedRequest",
    "SimulatedAccount",
    "SimulatedApp",
    "SimulatedDevice",
    "SimulatedFamily",
    "Trouble",
    "believable_home",
    "broken_item",
    "live",
    "many_devices",
    "signature",
]
