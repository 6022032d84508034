"""A simulated PubNub network: publish and subscribe by HTTP long polling.

It needs aiohttp alone, and runs on any event loop: in tests, benchmarks and demos.
"""

from .channels import Publication
from .knobs import Knobs
from .simulator import PubNubSimulator
from .traffic import RecordedRequest
from .trouble import Trouble

__all__ = ["Knobs", "PubNubSimulator", "Publication", "RecordedRequest", "Trouble"]
