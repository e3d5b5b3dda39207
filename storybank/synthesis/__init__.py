"""The collective answer: clusters, what they say of themes, recommendations, the report."""
