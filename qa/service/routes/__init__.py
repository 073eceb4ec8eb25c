"""The routes, by the noun that they are about."""
