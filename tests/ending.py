"""The end of a server that a test started."""

import subprocess


def end(process: subprocess.Popen[bytes]) -> None:
    """Let the server end, which is tied to what it started; kill it where that takes long."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
