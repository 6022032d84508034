"""Past data of any service as Home Assistant's long-term statistics."""
