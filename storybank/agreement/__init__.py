"""Several coders: who codes what, how far they agree, and who decides where they differ."""
