"""Contents of a believable home."""

from .home import SimulatedHome

SOUND_LIBRARY = "Sound Library"

# DeviceID, name, model, room, MAC address, Wi-Fi dBm, volume
_SPEAKERS = (
    (
        "92466638829744",
        "Omni Left",
        "Omni 10",
        "Living Room",
        "b0:38:29:11:19:54",
        -67,
        17,
    ),
    (
        "92466638912338",
        "Omni Right",
        "Omni 10",
        "Living Room",
        "b0:38:29:11:2c:a2",
        -61,
        17,
    ),
    ("4625984469168", "Adapt", "Omni Adapt", "Kitchen", "", -62, 22),
    ("34317244381360", "TV", "Omnibar", "harman", "b0:38:29:1b:36:1f", -47, 12),
)
# PersistentID, title, artist, album, seconds
_TRACKS = (
    ("7387446959931482519", "Harbour Lights", "The Quiet Coast", "Low Tide", 236),
    ("5829171347867182746", "Driftwood", "The Quiet Coast", "Low Tide", 257),
    ("1062764963669236741", "Salt and Sand", "The Quiet Coast", "Low Tide", 198),
    ("9223372036854775809", "Lighthouse", "The Quiet Coast", "Low Tide", 312),
    ("13104781220094761843", "Früh am Morgen", "Zoë Lindström", "Grüße", 184),
    ("17446744073709551557", "雨の日", "Zoë Lindström", "Grüße", 221),
    ("18446744073709551615", "Été à Málaga", "Zoë Lindström", "Grüße", 205),
    ("2711950284411637702", "Driftwood", "Zoë Lindström", "Grüße", 243),
    ("4402187755120936618", "Night Bus", "Paper Engines", "City & Sons", 275),
    (
        "6120045876231109455",
        'The "Last" Train / Part 2',
        "Paper Engines",
        "City & Sons",
        349,
    ),
    ("8870231145600987213", "100% Rain", "Paper Engines feat. Ida", "City & Sons", 167),
    ("3399184420567781190", "Rooftops", "Paper Engines", "City & Sons", 290),
    ("1500000000000000001", "Dogs-barking-close-loop", SOUND_LIBRARY, SOUND_LIBRARY, 5),
    ("1500000000000000002", "Industrial Alarm-10s", SOUND_LIBRARY, SOUND_LIBRARY, 10),
)
FIRST_OF_MANY = 2_000_000_000_000_000_000


def believable_hub(home: SimulatedHome) -> None:
    """Fill a home: four speakers, three albums, and two sounds for alerts.

    Nothing can be spoken until `tts_key` is set.
    """
    for number, (device_id, name, model, room, mac, wifi, volume) in enumerate(
        _SPEAKERS
    ):
        home.add_speaker(
            device_id,
            name,
            model=model,
            room=room,
            mac=mac,
            ip=f"192.168.1.{40 + number}",
            wifi=wifi,
            volume=volume,
        )
    for track in _TRACKS:
        home.add_track(*track)


def many_tracks(home: SimulatedHome, count: int) -> None:
    """Add many tracks to a home's media list: ten to an album, five albums an artist."""
    for number in range(count):
        album = number // 10
        home.add_track(
            str(FIRST_OF_MANY + number),
            f"Track {number % 10 + 1} of album {album + 1}",
            f"Artist {album // 5 + 1}",
            f"Album {album + 1}",
            120 + number * 7 % 180,
        )
