"""What clients of web services have in common: one request, one answer, single values.

Knows neither Home Assistant nor any service.
"""
