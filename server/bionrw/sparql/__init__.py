"""The rules of the SPARQL protocol as pure functions."""
