"""Finding stories again: the index proposes, the database decides.

- ``query``: what may be typed, and what is made of it.
- ``index``: what an index must do; ``whoosh_index`` does it, in ``folder``.
- ``derivative``: keeps the index in step with what the door allows.
- ``service``: one search, for one use; ``facets`` counts, ``passages`` picks the words to show.
"""
