"""Paper and slides: cards, handouts, guides and slides of a pack, made on request, never kept."""
