"""What IoTBiz' devices keep from one run of the demo to the next, as real ones do."""

import json
from pathlib import Path
from typing import Final

_FILE: Final = "iotbiz.json"


class Memory:
    """Texts by name, in a file beside Home Assistant's own."""

    def __init__(self, folder: Path) -> None:
        """Remember what an earlier run has left.

        Args:
            folder: Home Assistant's configuration folder; it may be missing yet.
        """
        self._path = folder / _FILE
        self._texts: dict[str, str] = {}
        if self._path.exists():
            self._texts = json.loads(self._path.read_text())

    def get(self, name: str) -> str:
        """Return a text, "" if there is none."""
        return self._texts.get(name, "")

    def keep(self, name: str, text: str) -> None:
        """Keep a text in place of the former one."""
        if self.get(name) != text:
            self._texts[name] = text
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._path.write_text(json.dumps(self._texts))
