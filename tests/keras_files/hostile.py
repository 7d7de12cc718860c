#!/usr/bin/env python3
"""Damages files of Keras's weights in many ways and reads them with READ_WEIGHTS.

    hostile.py READ_WEIGHTS [--cuts N] [--flips N] FILE...

Each file is cut at every 1/N-th, and gets one flipped bit, N times: half of them anywhere, half in
the bytes that are not elements of the largest array, as far as the first and last 16 kB are such.
Each time the reader must end with 0 or 4 within 10 seconds and 1 GB, and write nothing to stderr.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

SECONDS, MEGABYTES = 10, 1000
ENDS = 16_384


def damaged(whole, cuts, flips, seed):
    for i in range(cuts):
        yield f"cut {i}/{cuts}", whole[:len(whole) * i // cuts]
    source = random.Random(seed)
    for i in range(flips):
        at = source.randrange(len(whole))
        if i % 2 and len(whole) > 2 * ENDS:
            at = source.randrange(2 * ENDS)
            at += len(whole) - 2 * ENDS if at >= ENDS else 0
        bit = 1 << source.randrange(8)
        yield f"bit {bit} of byte {at}", whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1:]


def read(reader, path):
    """Returns what is wrong, the status, seconds and megabytes."""
    begun = time.monotonic()
    with subprocess.Popen([reader, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        complaint = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, megabytes = time.monotonic() - begun, usage.ru_maxrss / 1000
    code = process.returncode
    problem = None
    if code not in (0, 4) or complaint:
        problem = f"ends with {code} and '{complaint}'"
    elif seconds > SECONDS or megabytes > MEGABYTES:
        problem = f"takes {seconds:.1f} s and {megabytes:.0f} MB"
    return problem, code, seconds, megabytes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--flips", type=int, default=1000)
    options = parser.parse_args()
    failures = runs = refused = 0
    slowest = largest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "damaged")
        for number, name in enumerate(options.files):
            with open(name, "rb") as file:
                whole = file.read()
            for what, data in damaged(whole, options.cuts, options.flips, number):
                with open(path, "wb") as file:
                    file.write(data)
                problem, code, seconds, megabytes = read(options.reader, path)
                runs, refused = runs + 1, refused + (code == 4)
                slowest, largest = max(slowest, seconds), max(largest, megabytes)
                if problem:
                    print(f"{name}: {what}: {problem}")
                    failures += 1
    print(f"{runs} files, {refused} refused, {failures} failures, "
          f"at most {slowest:.2f} s and {largest:.0f} MB")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
