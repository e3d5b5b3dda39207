"""The agreed set of codes: families, definitions, and the cue phrases that suggest them."""
