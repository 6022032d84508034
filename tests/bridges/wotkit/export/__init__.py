"""Tests of the export of Home Assistant's values to WoTKit."""
