#!/usr/bin/env python3
"""Holds a running practice service against the official OpenAPI file (patched) with schemathesis.

    conformance.py --base-url http://127.0.0.1:8799/v1.0 --key practice [--photo FILE] [--venv DIR]
                   [--examples N] [--seconds S] [--seed N]

Thousands of calls, right and wrong, are generated from the documented parameters. It fails on any status that is not
documented, any 5xx, any content type, header or body that does not fit, any method that is not refused, and any call
that works without the key. schemathesis is installed once into a virtual environment of its own (--venv). Start the
service with --answer and --rate-limit 0: the model and the waiting are tested elsewhere.

Exit codes: 0 conforms, 1 does not, 2 could not be tested.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

SCHEMATHESIS = "schemathesis==4.32.5"
HERE = pathlib.Path(__file__).resolve().parent
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def patched_spec():
    read = lambda name: json.loads((HERE / name).read_text(encoding="utf-8"))
    return merge(read("remove.bg.json"), read("remove.bg.patch.json"))


def executable(environment, name):
    folder = "Scripts" if os.name == "nt" else "bin"
    return environment / folder / (name + (".exe" if os.name == "nt" else ""))


def prepare(environment):
    """The path of schemathesis, installed if it is not there."""
    program = executable(environment, "schemathesis")
    marker = environment / "installed.txt"
    if not (program.exists() and marker.exists() and marker.read_text() == SCHEMATHESIS):
        print(f"installing {SCHEMATHESIS} into {environment}", flush=True)
        venv.create(environment, with_pip=True)
        pip = [executable(environment, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, SCHEMATHESIS], check=True)
        marker.write_text(SCHEMATHESIS)
    return program


def arguments():
    default_venv = pathlib.Path(tempfile.gettempdir()) / "clearcut-schemathesis"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True, help="prefix of the service, http://127.0.0.1:PORT/v1.0")
    parser.add_argument("--key", required=True, help="its key")
    parser.add_argument("--photo", type=pathlib.Path, help="picture to send where a case is given a good one")
    parser.add_argument("--venv", type=pathlib.Path, default=default_venv, help="where schemathesis is installed")
    parser.add_argument("--examples", type=int, default=60, help="random cases a call")
    parser.add_argument("--seconds", type=int, default=60, help="longest run")
    parser.add_argument("--seed", type=int, default=20261122, help="of the random cases")
    return parser.parse_args()


def main():
    given = arguments()
    if sys.version_info < (3, 11):
        print("schemathesis needs Python 3.11 or later", file=sys.stderr)
        return 2
    try:
        program = prepare(given.venv)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"schemathesis cannot be installed: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder) / "openapi.json"
        spec.write_text(json.dumps(patched_spec()), encoding="utf-8")
        # The key's header is spelt as in the file: only then is it left out where calls without it are tried.
        command = [
            *(program, "run", spec, "--url", given.base_url, "--header", f"X-API-Key: {given.key}"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-examples", given.examples, "--seed", given.seed, "--max-time", given.seconds),
            # One worker: CPython 3.11 compiles in one thread at a time only ("AST constructor recursion depth mismatch").
            *("--workers", 1, "--warnings", "off", "--no-shrink", "--continue-on-failure", "--suppress-health-check", "all"),
        ]
        environment = dict(os.environ, SCHEMATHESIS_HOOKS="conformance_hooks", PYTHONPATH=str(HERE))
        if given.photo:
            environment["CONFORMANCE_PHOTO"] = str(given.photo.resolve())
        done = subprocess.run([str(part) for part in command], cwd=folder, env=environment, check=False)
        return 0 if done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
