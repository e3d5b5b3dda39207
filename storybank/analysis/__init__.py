"""Finding and seeing: queries over codings, tables of them, and pictures of the tables."""
