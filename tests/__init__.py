"""Tests of the IoT Bridge integration."""
