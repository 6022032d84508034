"""Tests of the WoTKit bridge."""
