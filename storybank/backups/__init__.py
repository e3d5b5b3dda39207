"""Copies of the whole house against loss, and the way back that gives nothing back by itself."""
