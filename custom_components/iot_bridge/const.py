"""Constants of the whole integration."""

from typing import Final

DOMAIN: Final = "iot_bridge"

# Names which IoT service is on the other side of a config entry.
CONF_BRIDGE: Final = "bridge"

# In the data of every repair issue that can be fixed: the config entry that it is of.
DATA_ENTRY_ID: Final = "entry_id"
