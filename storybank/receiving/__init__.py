"""Files on their way in: read, looked at, chosen for, taken in, and taken out again as a whole."""
