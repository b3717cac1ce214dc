"""From source files to an immutable, served release."""
