"""``python -m lossbook.serve DIR PORT``: the built site, compressed, from this machine only."""

from __future__ import annotations

import gzip
import sys
from functools import lru_cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml", ".ipynb"}
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".ipynb": "application/json",
    ".woff2": "font/woff2",
}


class Handler(SimpleHTTPRequestHandler):
    """Files as they are, text compressed when the browser can read it."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012
    quiet = True

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if path.suffix not in TEXT or not path.is_file() or not accepts:
            return super().send_head()
        body = _compressed(str(path), path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return BytesIO(body)

    def end_headers(self) -> None:
        fixed = "/_static/" in self.path
        self.send_header(
            "Cache-Control", "max-age=31536000" if fixed and "?" in self.path else "no-cache"
        )
        super().end_headers()

    def log_message(self, format: str, *args) -> None:
        if not self.quiet:
            super().log_message(format, *args)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """A reader who leaves before the page has arrived is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@lru_cache(maxsize=512)
def _compressed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6)


def server(folder: str, port: int) -> ThreadingHTTPServer:
    """A server for ``folder`` on this machine; port 0 picks a free one."""

    def handler(*args, **kwargs):
        return Handler(*args, directory=folder, **kwargs)

    return Server(("127.0.0.1", port), handler)


def main() -> int:
    folder, port = sys.argv[1], int(sys.argv[2])
    if not Path(folder, "index.html").is_file():
        print(f"serve: no site in {folder}; build it with: make book", file=sys.stderr)
        return 2
    try:
        with server(folder, port) as running:
            running.serve_forever()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(
            f"serve: port {port} cannot be used ({error}); try: make start PORT=8001",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
