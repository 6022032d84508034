"""What Home Assistant finds in its configuration folder before its first start."""

from collections.abc import Mapping
import json
from pathlib import Path
import shutil
from string import Template
from typing import Any, Final

from .demo_voice.tones import chime

REPOSITORY: Final = Path(__file__).resolve().parents[2]

_HERE: Final = Path(__file__).parent
_CONFIGURATION: Final = _HERE / "configuration"
_INTEGRATIONS: Final = (
    REPOSITORY / "custom_components" / "iot_bridge",
    _HERE / "demo_voice",
)
_BLUEPRINTS: Final = REPOSITORY / "docs" / "blueprints"

# The user's own, who may edit them in the browser.
_EMPTY_FILES: Final = {"automations.yaml": "[]\n", "scripts.yaml": ""}

# All but the making of a user, which is done over the API: the last steps would look for
# services on the internet.
_ONBOARDING: Final = {"done": ["core_config", "analytics", "integration"]}


def write_config_folder(folder: Path, port: int) -> None:
    """Write a configuration folder; what an earlier run has learned stays.

    Args:
        folder: Made where it is missing.
        port: The port of the web page on 127.0.0.1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    media = folder / "media"
    media.mkdir(exist_ok=True)
    (media / "chime.wav").write_bytes(chime())
    _write_yaml(folder, url=f"http://127.0.0.1:{port}", media=str(media.resolve()))
    shutil.copytree(
        _BLUEPRINTS,
        folder / "blueprints" / "automation" / "iot_bridge",
        dirs_exist_ok=True,
    )
    _link_integrations(folder / "custom_components")
    _store(folder, "onboarding", 4, _ONBOARDING)
    # In the configuration file it would be a repair issue by now.
    _store(
        folder,
        "http",
        3,
        {"stable": _http_settings(port), "pending": None, "yaml_migration_done": True},
    )


def _write_yaml(folder: Path, **values: str) -> None:
    shutil.copytree(_CONFIGURATION, folder, dirs_exist_ok=True)
    main = folder / "configuration.yaml"
    quoted = {name: json.dumps(value) for name, value in values.items()}
    main.write_text(Template(main.read_text()).substitute(quoted))
    for name, content in _EMPTY_FILES.items():
        if not (folder / name).exists():
            (folder / name).write_text(content)


def _link_integrations(folder: Path) -> None:
    """Link the integrations, always anew: the checkout may have moved."""
    # Earlier versions have linked the whole folder.
    if folder.is_symlink():
        folder.unlink()
    folder.mkdir(exist_ok=True)
    for integration in _INTEGRATIONS:
        link = folder / integration.name
        link.unlink(missing_ok=True)
        link.symlink_to(integration)


def _http_settings(port: int) -> dict[str, Any]:
    return {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }


def _store(folder: Path, key: str, version: int, data: Mapping[str, Any]) -> None:
    """Write what Home Assistant itself keeps, unless it has done so already."""
    file = folder / ".storage" / key
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        stored = {"version": version, "minor_version": 1, "key": key, "data": data}
        file.write_text(json.dumps(stored))
