"""Live workshops: groups, joining, prompts, answers, moderation, and the wall for all."""
