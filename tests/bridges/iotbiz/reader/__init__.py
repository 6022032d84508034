"""Tests of the role of a user of a platform."""
