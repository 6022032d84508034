"""Constants of the HKWHub bridge: what its config entries hold."""

from enum import StrEnum
from typing import Final

SERVICE_NAME: Final = "HKWHub"


class TransportKind(StrEnum):
    """How Home Assistant reaches the hub: the three modes of the HKWHub app."""

    LOCAL = "local"
    CLOUD = "cloud"
    PUBNUB = "pubnub"


# Data. `url` is the address of the hub, of HKIoTCloud, or of PubNub.
CONF_TRANSPORT: Final = "transport"
CONF_GRANT: Final = "grant"
CONF_TOKEN: Final = "token"
CONF_PUBLISH_KEY: Final = "publish_key"
CONF_SUBSCRIBE_KEY: Final = "subscribe_key"
CONF_CHANNEL: Final = "channel"
CONF_HUB_UUID: Final = "hub_uuid"

# HKWHub specification, "OAuth2 Authorization API Specification"
DEFAULT_CLOUD: Final = "https://hkiotcloud.herokuapp.com"
DEFAULT_PUBNUB: Final = "https://ps.pndsn.com"


class Grant(StrEnum):
    """How the user signs in to HKIoTCloud; "Types of Authorization"."""

    AUTHORIZATION_CODE = "authorization_code"
    PASSWORD = "password"


# Options
CONF_ANNOUNCEMENT_PRIORITY: Final = "announcement_priority"
# Percent; absent: announcements sound at the volume that the speaker has.
CONF_ANNOUNCEMENT_VOLUME: Final = "announcement_volume"
# Whether the next track of the media list begins when one has ended.
CONF_AUTO_ADVANCE: Final = "auto_advance"
# Whether the playing position is asked for each second, as the documents advise.
CONF_FOLLOW_POSITION: Final = "follow_position"

DEFAULT_ANNOUNCEMENT_PRIORITY: Final = 200
DEFAULT_AUTO_ADVANCE: Final = True
DEFAULT_FOLLOW_POSITION: Final = True
