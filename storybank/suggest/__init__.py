"""Suggestions: codes the machine thinks may fit, and why. A person always answers."""
