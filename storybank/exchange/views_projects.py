"""Pages for projects and codebooks of other programs, in and out."""
