"""Wireless speakers, and what people do at them."""

from typing import TYPE_CHECKING

from .vocabulary import JsonObject, Reason

if TYPE_CHECKING:
    from .home import SimulatedHome

PORT = 44055
MONO = 21
GROUP_ID_DIGITS = 10


class SimulatedSpeaker:
    """A speaker; HKWHub specification, "Get the list of devices".

    Its public attributes are what the hub reports. Change them by the methods, which
    do what a person or the network would do.
    """

    def __init__(
        self,
        home: SimulatedHome,
        device_id: str,
        name: str,
        *,
        model: str = "Omni 10",
        room: str = "harman",
        volume: int = 20,
        mac: str = "",
        ip: str = "192.168.1.40",
        wifi: int = -50,
        version: str = "0.1.6.2",
        role: int = MONO,
    ) -> None:
        """Put a speaker into a home.

        Args:
            home: Where it stands.
            device_id: `DeviceID`, digits as text.
            name: `DeviceName`.
            model: `ModelName`.
            room: `GroupName`; "harman" is no room.
            volume: 0..50.
            mac: `MacAddress`, may be empty.
            ip: `IPAddress`.
            wifi: `WifiSignalStrength`, dBm.
            version: Firmware.
            role: Channel, 21 is mono.
        """
        self._home = home
        self.id = device_id
        self.name = name
        self.model = model
        self.room = room
        self.volume = volume
        self.mac = mac
        self.ip = ip
        self.wifi = wifi
        self.version = version
        self.role = role
        self.is_on = True
        self.active = False
        self._external = False

    @property
    def is_playing(self) -> bool:
        """Return whether it plays anything, from whatever source."""
        return self._external or (self.active and self._home.stage.is_sounding)

    @property
    def external(self) -> bool:
        """Return whether another source plays on it, past the hub."""
        return self._external

    @external.setter
    def external(self, playing: bool) -> None:
        """Let another source begin (it leaves the session) or end."""
        if playing == self._external:
            return
        self._external = playing
        if playing:
            self._home.stage.leave(self)
        self._home.tell_membership()

    def describe(self) -> JsonObject:
        """Return the item of `DeviceList`."""
        return {
            "GroupName": self.room,
            "Role": self.role,
            "MacAddress": self.mac,
            "WifiSignalStrength": self.wifi,
            "Port": PORT,
            "Active": self.active,
            "DeviceName": self.name,
            "Version": self.version,
            "ModelName": self.model,
            "IPAddress": self.ip,
            "GroupID": self.id[:GROUP_ID_DIGITS],
            "Volume": self.volume,
            "IsPlaying": self.is_playing,
            "DeviceID": self.id,
        }

    def switch_off(self) -> None:
        """Cut the power: it leaves the session and vanishes from the list."""
        if not self.is_on:
            return
        self._home.stage.leave(self)
        self._external = False
        self.is_on = False
        self._home.tell_speakers(Reason.UNAVAILABLE)

    def switch_on(self) -> None:
        """Give it power: it is listed again, outside of the session."""
        if self.is_on:
            return
        self.is_on = True
        self._home.tell_speakers(Reason.AVAILABLE)

    def rename(self, name: str) -> None:
        """Give it another name."""
        self.name = name
        self._home.tell_speakers(Reason.INFO)

    def move(self, room: str) -> None:
        """Assign it to another room."""
        self.room = room
        self._home.tell_speakers(Reason.INFO)

    def learn_mac(self, mac: str) -> None:
        """Let the hub learn its MAC address."""
        self.mac = mac
        self._home.tell_speakers(Reason.INFO)

    def change_wifi(self, dbm: int) -> None:
        """Let its Wi-Fi signal change."""
        self.wifi = dbm
        self._home.tell_speakers(Reason.WIFI)

    def turn_volume(self, volume: int) -> None:
        """Turn the volume at the speaker, 0..50; the hub tells nobody."""
        self._home.stage.set_volume(self, volume)

    def long_press(self) -> None:
        """Press its button for long: it joins the running session."""
        if not self.is_on:
            return
        self.join()
        self._home.tell_membership()

    def join(self) -> None:
        """Become a member of the hub's session; another source ends."""
        self._external = False
        self._home.stage.join(self)
