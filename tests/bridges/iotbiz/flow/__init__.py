"""Tests of the config flow of the roles that need somebody else's platform."""
