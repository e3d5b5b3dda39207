"""The steward's desk: what needs a person today, and the words people are asked.

``views`` is the table of contents; each group of pages has a module ``views_<noun>``. What
``views_today`` lists is gathered by ``today`` from one ``needs_<noun>`` module for each matter.
"""
