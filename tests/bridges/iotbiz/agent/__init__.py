"""Tests of Home Assistant as a device on a platform, once it is set up."""
