"""Tests of what Home Assistant sends to Thing+."""
