"""The first page: what each person can do from here."""
