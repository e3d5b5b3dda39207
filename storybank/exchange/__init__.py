"""Codings out, through the door: made on request, streamed, never kept on disk."""
