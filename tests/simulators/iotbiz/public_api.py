"""How devices get on a platform: registration and activation.

Source: README "Putting a new device on the platform"; protocols/iotbiz.md C1 "Public
API" for the words.
"""

import hmac

from .call import ApiError, Call, Reply, refused
from .devices import KnownDevice

WRONG_CUSTOMER = "Invalid customer id."
ALREADY_ACTIVATED = "Device already exists and is activated."
# README, "Clarifications": no words are told.
LIMIT_REACHED = "The limit of devices is reached for this customer."
UNKNOWN_DEVICE = "Error while retrieving device."
WRONG_PASSWORD = "Invalid password."
NOT_APPROVED = "The device has to be approved first."


async def register(call: Call) -> Reply:
    """Give a device a password, which does not count yet."""
    call.check_query()
    id_key = _id_key(call)
    customer_id, device_id = call.fields("customer_id", id_key)
    world = call.world
    if customer_id not in world.customers:
        raise refused(WRONG_CUSTOMER)
    device = world.devices.get(device_id)
    if device is not None and device.activated:
        if device.activated_by_client:
            call.note_fault(f"{device_id} has been activated")
        raise refused(ALREADY_ACTIVATED)
    if not world.has_room(customer_id, device_id):
        raise refused(LIMIT_REACHED)
    return Reply(
        status=201,
        body={"password": world.new_device(device_id, customer_id).password},
    )


async def activate(call: Call) -> Reply:
    """Let a device's password count; again it has no effect."""
    call.check_query()
    id_key = _id_key(call)
    device_id, password = call.fields(id_key, "password")
    world = call.world
    device = world.devices.get(device_id)
    if device is None:
        if not world.was_ever_registered(device_id):
            call.note_fault(f"{device_id} has not been registered")
        raise refused(UNKNOWN_DEVICE)
    if not hmac.compare_digest(device.password.encode(), password.encode()):
        raise refused(WRONG_PASSWORD)
    if world.needs_approval and not device.approved:
        raise refused(NOT_APPROVED)
    await _activate(call, device)
    return Reply()


async def _activate(call: Call, device: KnownDevice) -> None:
    device.activated_by_client = True
    if not device.activated:
        device.activated = True
        await call.world.let_in(device)


def _id_key(call: Call) -> str:
    """Return the key of the device's name in the body."""
    if call.world.wants != "either":
        return call.world.wants
    try:
        return "device_id" if "device_id" in call.object() else "mac_address"
    except ApiError:
        return "device_id"
