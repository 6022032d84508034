"""Tests of the HKWHub client, against simulated hubs."""
