"""Rights: what a person may ask of whoever keeps their data, by when it is answered, and how."""
