"""The role of a user of a platform: its devices are shown in Home Assistant."""
