"""From Home Assistant to any service: what is chosen, in order, once.

`exporter.py` is where it comes together; a bridge brings a sink (`sink.py`).
"""
