"""Who: people and their accounts, the roles they hold, and how they sign in."""
