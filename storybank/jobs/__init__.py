"""Promised work: written down in the transaction that makes the promise, run after it."""
