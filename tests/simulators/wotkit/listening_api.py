"""Control channels, messages and subscriptions to sensors.

Source: WoTKit API documentation, "Sensor Control Channel" and "Sensor Subscriptions".
"""

from .call import Call, Reply
from .control import DEFAULT_WAIT, MAX_WAIT
from .times import to_ms
from .vocabulary import CANNOT_PERFORM, HAS_ERRORS, NOT_LOCATED, ApiError


def subscribe_control(call: Call) -> Reply:
    """Begin to listen to one of the caller's actuators."""
    number = call.platform.control.subscribe(call.own_sensor())
    return Reply(body={"subscription": number})


async def poll_control(call: Call) -> Reply:
    """Return what was sent, once there is something or after `wait` seconds.

    Messages are forgotten only when an answer has carried them.
    """
    call.check_query("wait")
    platform, control = call.platform, call.platform.control
    number, wait = call.names[0], call.query.get("wait", str(DEFAULT_WAIT))
    if not number.isdecimal():
        raise ApiError(404, NOT_LOCATED, number)
    if not wait.isdecimal():
        raise ApiError(400, HAS_ERRORS, "wait")
    if int(wait) > MAX_WAIT:
        call.note_fault(f"wait is more than {MAX_WAIT}")
    subscription = control.find(int(number), call.user)
    if platform.polling_updates:
        now = to_ms(platform.clock())
        subscription.sensor.updated_ms = max(subscription.sensor.updated_ms, now)
    seconds = min(int(wait), MAX_WAIT) * platform.wait_scale
    waiting = await control.poll(subscription, seconds)
    last = waiting[-1][0] if waiting else 0
    return Reply(
        body=[message for _, message in waiting],
        on_sent=lambda: control.take(subscription, last),
    )


def send_message(call: Call) -> Reply:
    """Send names and values, in the form or the query, to an actuator."""
    message = {**call.query, **call.form()}
    message.pop("access_token", None)
    call.platform.pass_message(call.visible_sensor(), message, call.caller)
    return Reply()


def list_subscribed(call: Call) -> Reply:
    """Return the sensors that the caller follows."""
    platform, user = call.platform, call.user
    shown = [
        sensor.to_json(platform.last_update_as)
        for _, sensor in sorted(platform.sensors.items())
        if user in sensor.subscribers
    ]
    return Reply(body=platform.mix(shown))


def subscribe(call: Call) -> Reply:
    """Follow a sensor."""
    sensor = call.visible_sensor()
    if call.user in sensor.subscribers:
        raise ApiError(403, CANNOT_PERFORM, "already subscribed")
    call.platform.subscribe(call.user, sensor)
    return Reply(204)


def unsubscribe(call: Call) -> Reply:
    """Follow a sensor no more."""
    sensor = call.visible_sensor()
    if call.user not in sensor.subscribers:
        raise ApiError(403, CANNOT_PERFORM, "not subscribed")
    call.platform.unsubscribe(call.user, sensor)
    return Reply(204)
