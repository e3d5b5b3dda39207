"""The storyteller's own room: my stories, my choices, where my words have been."""
