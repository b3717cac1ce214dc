"""Flask: routes, pages and problems."""
