"""Tests of WoTKit's control channels."""
