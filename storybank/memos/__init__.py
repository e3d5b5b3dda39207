"""What researchers note on passages, codes, stories and the project, and say to each other."""
