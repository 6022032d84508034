"""What everybody may ask for: tags, statistics, news; "Tags"."""

from collections import Counter

from .call import Call, Reply
from .search import TAG_PARAMETERS, find_sensors, page


def list_tags(call: Call) -> Reply:
    """Return the tags of the sensors that match, with how often and when used."""
    call.check_query(*TAG_PARAMETERS)
    counts: Counter[str] = Counter()
    last_used: dict[str, int] = {}
    for sensor in find_sensors(call):
        for tag in sensor.tags:
            counts[tag] += 1
            last_used[tag] = max(last_used.get(tag, 0), sensor.created_ms)
    tags = [
        {"name": tag, "count": counts[tag], "lastUsed": last_used[tag]}
        for tag in sorted(counts)
    ]
    return Reply(body=page(call, tags))


def show_stats(call: Call) -> Reply:
    """Return how many sensors there are."""
    sensors = call.platform.sensors.values()
    visibility = Counter(sensor.visibility.lower() for sensor in sensors)
    return Reply(body={"total": len(sensors), "visibility": dict(visibility)})


def show_news(call: Call) -> Reply:
    """Return the news: there are none."""
    return Reply(body=[])
