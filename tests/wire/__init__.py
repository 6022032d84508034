"""Tests of what the clients of web services have in common."""
