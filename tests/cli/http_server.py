#!/usr/bin/env python3
"""A small HTTP server for the download tests: loopback only, a port of the system's choice.

    http_server.py FOLDER PORT_FILE LOG

serves the files of FOLDER, writes its port to PORT_FILE once it listens, and writes one line
"PATH RANGE STATUS" per request to LOG (RANGE is "-" when none was asked for). The path chooses
how a file is served:

    /NAME          with support for "Range: bytes=FIRST-"
    /plain/NAME    without support for ranges: always the whole file
    /cut/N/NAME    with ranges, but the connection ends after N bytes of each answer
"""
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        match = re.fullmatch(r"/(?:(plain)/|cut/(\d+)/)?([\w.]+)", self.path)
        try:
            with open(os.path.join(folder, match.group(3)), "rb") as file:
                data = file.read()
        except (AttributeError, OSError):
            self.answer(404, b"no such file\n")
            return
        limit = int(match.group(2)) if match.group(2) else len(data)
        self.send(data, limit, ranges=not match.group(1))

    def send(self, data, limit, ranges):
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not asked or not ranges:
            self.answer(200, data, limit)
            return
        first = int(asked.group(1))
        if first >= len(data):
            self.answer(416, b"", headers={"Content-Range": f"bytes */{len(data)}"})
            return
        content_range = f"bytes {first}-{len(data) - 1}/{len(data)}"
        self.answer(206, data[first:], limit, {"Content-Range": content_range})

    def answer(self, status, body, limit=None, headers=None):
        self.log(status)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:limit])

    def log(self, status):
        with open(log_path, "a", encoding="utf-8") as log:
            log.write(f"{self.path} {self.headers.get('Range', '-')} {status}\n")

    def log_message(self, *arguments):
        pass


def main():
    server = HTTPServer(("127.0.0.1", 0), Handler)
    with open(port_file + ".new", "w", encoding="utf-8") as file:
        file.write(str(server.server_port))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


folder, port_file, log_path = sys.argv[1:4]
main()
