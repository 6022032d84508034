"""Tests of the import of past data, which every bridge shares."""
