"""What may be done with a story: one rule, asked at the moment of every use.

``rules`` says it in plain Python with reasons, ``permits`` says the same as SQL, and a
property-based test holds the two together. ``service`` keeps the list of events that both
are folded from.
"""
