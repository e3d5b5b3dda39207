"""Finding stories again: the index proposes, the database decides.

- ``query``: a search as a tree; ``language`` reads what was typed into one.
- ``index``: what an index must do. ``whoosh_index`` searches, ``whoosh_shelves`` writes, and
  ``folder`` says where it all lies and who may write.
- ``derivative``: keeps the index in step with what the door allows.
- ``service``: one search, for one use; ``facets`` narrows and counts, ``passages`` picks the
  words to show and to mark.
"""
