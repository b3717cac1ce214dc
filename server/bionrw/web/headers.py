"""The header fields that every response carries."""

# Pages need our own style sheet and pictures, and forms that lead here; nothing else, no script at all.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # All of the graph is public and there are no cookies, so any origin may read it, errors included.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Federation-Sources, Link, Retry-After",
}
EVERYWHERE_RAW = [(name.lower().encode(), value.encode()) for name, value in EVERYWHERE.items()]
