"""The role of a device: Home Assistant registers itself with a platform."""
