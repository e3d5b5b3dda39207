"""Files in: each format is read to canonical text and blocks, apart from the rest and in bounds."""
