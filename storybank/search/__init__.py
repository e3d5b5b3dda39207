"""Finding stories again: the index proposes, the database decides.

- ``query``: a search as a tree; ``language`` reads what was typed into one.
- ``index``: what an index must do; ``kinds`` says of what: stories, and coded passages.
- Writing: ``inverting`` makes a shelf of documents and ``merging`` one of several;
  ``whoosh_files`` writes it as Whoosh does, ``arrays`` beside it as we read it, ``whoosh_shelves``
  commits and erases, and ``folder`` says where it all lies and who may write.
- Reading: ``open_shelf`` is one shelf, ``standing`` all of them at one commit, ``seating`` what
  may be found on them; ``evaluating`` finds words, ``together`` and ``adjacency`` where they stand
  together, ``scoring`` and ``ranking`` put in order; ``whoosh_index`` and ``whoosh_passages`` are
  the ways in.
- ``postgres_index`` is the other engine, which a house on PostgreSQL has for all its nodes:
  ``postgres_schema`` and ``postgres_tables`` say where it lies, ``postgres_finding`` what is found.
- ``derivative`` keeps the index in step with what the door allows; ``contents`` and
  ``coded_passages`` say what should be there.
- ``node_index`` is the index of a house that several machines serve: PostgreSQL's, and beside it
  each node's own (``own_index``), which follows (``following``) what was written down with each
  act (``changes``). Stories that it has not followed yet are hidden from its searches.
- ``service``: one search, for one use; ``facets`` narrows and counts, ``passages`` picks the
  words to show and to mark.
"""
