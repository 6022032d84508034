"""Tests of the IoTBiz bridge."""
