"""Tests of Home Assistant as the platform: from its web server and from its broker."""
