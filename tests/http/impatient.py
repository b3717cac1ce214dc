"""`bionrw` that waits for clients a second or two only: `python -m tests.http.impatient serve`."""

from bionrw.cli import main
from bionrw.serving import connection

connection.HEAD_SECONDS = 1.0
connection.BODY_SECONDS = 1.5
connection.STALL_SECONDS = 2.0
connection.IDLE_SECONDS = 1

if __name__ == "__main__":
    main()
