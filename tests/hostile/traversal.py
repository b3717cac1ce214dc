"""Paths that try to leave the served folders."""

from tests.hostile.case import BROKEN, Case, table
from tests.hostile.messages import get

_PATHS = (
    ("Dots climb out of the static folder", "/static/../../../../../../etc/passwd"),
    ("Encoded dots climb", "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
    ("Encoded slashes climb", "/static/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"),
    ("Twice encoded dots climb", "/static/%252e%252e%252f%252e%252e%252fetc/passwd"),
    ("Overlong dots climb", "/static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd"),
    ("Backslashes climb", r"/static/..\..\..\..\etc\passwd"),
    ("Encoded backslashes climb", "/static/..%5c..%5c..%5cetc%5cpasswd"),
    ("Dots with a NUL climb", "/static/../../../etc/passwd%00.css"),
    ("Doubled dots and slashes climb", "/static/....//....//....//etc/passwd"),
    ("Dots with a parameter climb", "/static/..;/..;/..;/etc/passwd"),
    ("An absolute path follows the folder", "/static//etc/passwd"),
    ("A drive follows the folder", "/static/C:/windows/win.ini"),
    ("A file address follows the folder", "/static/file:///etc/passwd"),
    ("A description climbs", "/doc/../../../../etc/passwd"),
    ("A slug climbs", "/doc/project/..%2f..%2f..%2fetc%2fpasswd"),
    ("A named graph climbs to the release", "/graph/..%2frelease.json"),
    ("A named graph is a file of the release", "/graph/store%2fCURRENT"),
    ("A version of the ontology climbs", "/ontology/..%2f..%2f..%2fetc%2fpasswd"),
    ("A suffix climbs", "/ontology./../../../etc/passwd"),
    ("A suffix of the report climbs", "/quality.%2e%2e%2f%2e%2e%2fgraph.nq"),
    ("The repository is asked for", "/.git/config"),
    ("The settings are asked for", "/.env"),
    ("The code is asked for", "/static/../app.py"),
    ("A template is asked for", "/static/..%2ftemplates%2fsparql.html"),
    ("The processes are asked for", "/static/../../../../../proc/self/environ"),
    ("An example climbs", "/sparql?example=../../../../etc/passwd"),
)

CASES: tuple[Case, ...] = tuple(
    table(((name, get(path, "Accept: text/html")) for name, path in _PATHS), *BROKEN, 404, bare=True)
)
