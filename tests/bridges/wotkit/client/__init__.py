"""Tests of the WoTKit client."""
