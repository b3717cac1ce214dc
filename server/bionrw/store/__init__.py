"""The port GraphStore and the engines behind it."""
