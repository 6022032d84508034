"""Home Assistant as the platform: devices register themselves with it."""
