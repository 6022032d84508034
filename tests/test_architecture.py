"""The house's rules, read from the imports: arrows never turn back."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "custom_components.iot_bridge"
ROOT = Path(__file__).parents[1] / "custom_components" / "iot_bridge"
BRIDGES = sorted(
    folder.name
    for folder in (ROOT / "bridges").iterdir()
    if (folder / "flow.py").exists()
)
SHARED_ROOMS = [
    "availability.py",
    "commands.py",
    "coordinator.py",
    "entity.py",
    "entry_flow.py",
    "entry_forms.py",
    "error_texts.py",
    "deadlines.py",
    "export/diagnostics.py",
    "export/flow.py",
    "export/form.py",
    "export/queue.py",
    "export/selection.py",
    "export/sender.py",
    "export/sink.py",
    "export/store.py",
    "export/suspects.py",
    "export/taking.py",
    "export/values.py",
    "export/exporter.py",
    "export/exports.py",
    "history/compile.py",
    "history/importer.py",
    "history/statistics.py",
    "history/units.py",
    "link.py",
    "listeners.py",
    "oauth.py",
    "oauth_tokens.py",
    "push_link.py",
    "reloads.py",
    "text_sensor.py",
    "wire/access_tokens.py",
    "wire/address.py",
    "wire/answers.py",
    "wire/bodies.py",
    "wire/errors.py",
    "wire/exchange.py",
    "wire/values.py",
]


def imports_of(file: Path) -> Iterator[str]:
    """Yield the full names of the modules that a file imports, wherever it does."""
    here = [PACKAGE, *file.relative_to(ROOT).with_suffix("").parts]
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module, level=0):
                yield str(module)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = ".".join(here[:-level])
                yield from (
                    f"{base}.{module}" if module else f"{base}.{name.name}"
                    for name in names
                )


def files_of(folder: Path) -> list[Path]:
    """Return the Python files in a folder and below."""
    return sorted(folder.rglob("*.py"))


def test_there_are_files_to_look_at() -> None:
    """A rule over nothing would always hold."""
    assert BRIDGES == ["ewelink", "hkwhub", "iotbiz", "thingplus", "wotkit"]
    for bridge in BRIDGES:
        assert len(files_of(ROOT / "bridges" / bridge / "client")) > 5


@pytest.mark.parametrize("bridge", BRIDGES)
def test_clients_know_no_home_assistant(bridge: str) -> None:
    """A client imports nothing of Home Assistant: only its own folder and the wire."""
    client = ROOT / "bridges" / bridge / "client"
    own = (f"{PACKAGE}.bridges.{bridge}.client", f"{PACKAGE}.wire")
    for file in files_of(client):
        for module in imports_of(file):
            assert not module.startswith(("homeassistant", "voluptuous")), file
            assert not module.startswith(PACKAGE) or module.startswith(own), file


@pytest.mark.parametrize("bridge", BRIDGES)
def test_bridges_do_not_know_each_other(bridge: str) -> None:
    """A bridge imports no other bridge."""
    bridges = f"{PACKAGE}.bridges."
    for file in files_of(ROOT / "bridges" / bridge):
        for module in imports_of(file):
            inside = module.removeprefix(bridges).partition(".")[0]
            assert not module.startswith(bridges) or inside in (bridge, "Bridge"), file


@pytest.mark.parametrize("room", SHARED_ROOMS)
def test_shared_rooms_know_no_bridge(room: str) -> None:
    """What serves every bridge imports none."""
    for module in imports_of(ROOT / room):
        assert not module.startswith(f"{PACKAGE}.bridges"), room


def test_link_and_wire_know_no_home_assistant() -> None:
    """Back-off is plain asyncio, and clients build on the wire."""
    wire = files_of(ROOT / "wire")
    assert len(wire) > 3
    for file in (ROOT / "link.py", *wire):
        for module in imports_of(file):
            assert not module.startswith("homeassistant"), file


def test_no_file_is_long() -> None:
    """A file that holds two things should be two files."""
    for file in files_of(ROOT):
        assert len(file.read_text().splitlines()) <= 500, file
