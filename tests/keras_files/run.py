#!/usr/bin/env python3
"""Reads files of Keras's weights in all layouts, and hostile ones, with READ_WEIGHTS.

    run.py READ_WEIGHTS

Needs h5py; without it, it skips (exit code 77).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib

try:
    import make_files
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}; install python3-h5py")
    sys.exit(77)

MODEL_ERROR = 4
SECONDS, MEGABYTES = 10, 1000


def check_read(found, expected):
    """Why a file that was read is not what was written; None: it is."""
    arrays = [{"layer": layer, "name": name, "shape": list(np.shape(value)),
               "crc": zlib.crc32(np.ascontiguousarray(value, "f4").tobytes())}
              for layer, name, value in expected["arrays"]]
    if found.get("arrays") != arrays:
        return f"has {found}, expected {arrays}"
    for key, value in expected.items():
        if key != "arrays" and found[key] != value:
            return f"has {key} {found[key]!r}, expected {value!r}"
    return None


def check(reader, path, expected):
    begun = time.monotonic()
    run = subprocess.run([reader, path], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    if seconds > SECONDS:
        return f"takes {seconds:.1f} s"
    if run.returncode not in (0, MODEL_ERROR) or run.stderr:
        return f"ends with {run.returncode} and '{run.stderr}'"
    found = json.loads(run.stdout)
    if isinstance(expected, dict):
        return found["error"] if "error" in found else check_read(found, expected)
    if "error" not in found:
        return f"is read, expected an error with '{expected}'"
    return None if expected in found["error"] else f"says '{found['error']}', expected '{expected}'"


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        files = make_files.make(folder)
        for path, expected in files:
            problem = check(sys.argv[1], path, expected)
            if problem:
                print(f"{path}: {problem}")
                failures += 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
    if used > MEGABYTES:
        print(f"takes {used} MB")
        failures += 1
    print(f"{len(files)} files, {failures} failures, at most {used} MB")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
