"""Tests of the exporter, which every bridge shares."""
