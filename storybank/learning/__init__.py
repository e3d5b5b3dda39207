"""Learns which codes people put on which passages. Knows texts and codes; no database, no pages.

``words`` and ``vocabulary`` read; ``prior`` knows what the codebook says; ``ridge`` learns from
answers; ``pairs`` and ``shared`` weigh both; ``learner`` is the way in, ``model`` what it makes.
"""
