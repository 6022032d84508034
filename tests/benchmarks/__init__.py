"""What the integration costs, beside what Home Assistant costs without it."""
