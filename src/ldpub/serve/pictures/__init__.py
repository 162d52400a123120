"""Pictures drawn from a release: map, timeline, network, class diagram, as SVG 2 that needs neither script nor network.

Values go in and text comes out: `around`, `located`, `dated`, `linked` and `classes` read what is to be seen from the
statements, the rooms named after a picture draw it, and `gallery` answers for it.
"""
