"""Queries to other endpoints: which may be asked, through which gate, and what their rows become."""
