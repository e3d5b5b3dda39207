"""Workshops and their packs: ordered places drawn for a room, asked about again each time."""
