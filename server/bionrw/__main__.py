"""Run the command line by `python -m bionrw`."""

from bionrw.cli import main

main()
