"""The stories, and the one door to their words.

``words`` maps the only table that holds them; ``reading`` is the door out, ``writing`` the way
in. Everybody else holds places: (story, version, start, end) in Unicode code points.
"""
