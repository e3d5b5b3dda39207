"""Storybank keeps the stories of citizen leaders, and the consent that travels with them.

How to read this package, floor by floor, from the ground up:

- ``db config clock errors``: the ground: settings, the database, the time, what can go wrong
- ``events``: what happened, waiting to become promised work
- ``web jobs``: the shell every page stands in; promised work and who runs it
- ``people``: who is asking
- ``consent``: what may be done with a story, as one rule
- ``stories``: the stories, and the one door to their words
- ``intake``: files in
- ``codebook``, ``coding``: the agreed codes, and who put which on what
- ``search suggest``: finding passages; proposing codes
- ``exchange``: codings out, through the door
- ``workshops``: packs of passages for a room
- ``portal``: the storyteller's own room
- ``tables``, ``wiring``, ``app cli``: every model; the table of contents; the way in

A room may use only rooms below it. ``setup.cfg`` holds these floors as contracts.
"""
