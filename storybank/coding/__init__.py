"""Codings: who put which code on which passage. Places and ids, never words."""
