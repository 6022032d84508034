"""A real Home Assistant process, driven over its own interfaces."""
