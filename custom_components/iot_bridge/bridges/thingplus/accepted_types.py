"""What a model of gateways accepts. Thing+ guide, "Obtaining the Gateway Model ID"."""

import logging

from .client import (
    AcceptedSensor,
    CannotConnectError,
    Category,
    DeviceModel,
    GatewayModel,
    SensorType,
    SignInError,
    ThingplusClient,
    ThingplusError,
)

_LOGGER = logging.getLogger(__name__)


def device_model_of(model: GatewayModel) -> DeviceModel:
    """Return the model of devices with the most sensors that a gateway model has."""
    return max(
        model.device_models,
        key=lambda one: len(one.sensors),
        default=DeviceModel(id="", most=0),
    )


def accepted_by(model: GatewayModel) -> dict[str, AcceptedSensor]:
    """Return what devices of a gateway model may have, by type; no actuators."""
    return {
        one.type: one
        for one in reversed(device_model_of(model).sensors)
        if one.category is Category.SENSOR
    }


async def async_known_types(client: ThingplusClient) -> dict[str, SensorType]:
    """Return what the server says of types of sensors; nothing if it says nothing.

    Raises:
        SignInError: Only the user can mend it.
        CannotConnectError: The server was not reached, or is in trouble.
    """
    try:
        return await client.sensor_types()
    except SignInError, CannotConnectError:
        raise
    except ThingplusError as err:
        _LOGGER.debug("The types of sensors could not be read: %s", err)
        return {}
