"""How the house itself is: its work, its copies, its parts. No word of a story comes here."""
