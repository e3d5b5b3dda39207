"""What each person did last, so that it can be undone and done again, today or next week."""
