#!/usr/bin/env python3
"""What the public headers declare and what libmachport exports is the same, and
each of them can be included."""

import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(os.environ["MACHPORT_SOURCE"])
BUILD = pathlib.Path(os.environ["MACHPORT_BUILD"])

# What makes up no declaration: comments, directives, bodies, attributes.
NOISE = (
    r"/\*.*?\*/",
    r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
    r'extern "C" \{',
    r"__attribute__\(\(.*?\)\)",
)


def without_bodies(text):
    """The text, with nothing between braces."""
    depth = 0
    out = []
    for char in text:
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
            out.append("{}")
        elif depth == 0:
            out.append(char)
    return "".join(out)


def declared():
    """Functions and variables of the headers, with the header of each."""
    names = {}
    for path in sorted((SOURCE / "include").rglob("*.h")):
        text = path.read_text(encoding="utf-8")
        for noise in NOISE:
            text = re.sub(noise, " ", text, flags=re.DOTALL | re.MULTILINE)
        # A body ends a definition, which has no semicolon.
        for words in re.split(r";|(?<=\))\s*\{\}", without_bodies(text)):
            words = " ".join(words.replace("{}", " ").split())
            if re.match(r"(typedef|static|struct \w+$|union \w+$|enum\b)", words):
                continue
            function = re.match(r"(?:extern )?[\w ]+[ *](\w+) ?\(", words)
            variable = re.match(r"extern [\w ]+[ *](\w+)(?:\[\w*\])?$", words)
            found = function or variable
            if found:
                names[found[1]] = path.name
    return names


def shared_guards():
    """Guards of more than one header: whichever is second would be empty."""
    owners = {}
    for path in sorted((SOURCE / "include").rglob("*.h")):
        guard = re.search(r"^#ifndef (\w+)$", path.read_text(encoding="utf-8"),
                          re.MULTILINE)
        owners.setdefault(guard[1] if guard else None, []).append(str(path))
    return [f"{guard}: {' '.join(paths)}" for guard, paths in owners.items()
            if len(paths) > 1 or guard is None]


def exported():
    """The symbols that a program can link to."""
    library = BUILD / "src" / "libmachport" / "libmachport.so"
    symbols = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", library],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    names = set()
    for line in symbols.splitlines():
        name, kind = line.split()[:2]
        if kind in "TDBRVW":
            names.add(name.split("@")[0])
    return names


def documented():
    """The functions that have a page in section 3 of the manual."""
    return {path.stem for path in (BUILD / "man").glob("*.3")}


def check(number, sentence, wrong):
    for text in wrong:
        print(f"# {text}")
    print(f"{'not ok' if wrong else 'ok'} {number} - {sentence}")
    return not wrong


def main():
    headers = declared()
    library = exported()
    names = [line.strip(" \t;\n") for line in
             (SOURCE / "src/libmachport/libmachport.map").read_text(
                 encoding="utf-8").split("global:")[1].split("local:")[0]
             .splitlines() if line.strip()]

    # These come with event loops.
    expected = {"machport_fd", "machport_fd_close"}
    variables = {"NDR_record", "bootstrap_port", "mach_task_self_",
                 "vm_page_size"}

    print("1..6")
    results = [
        check(1, "there_is_something_to_compare",
              [] if len(headers) > 50 and len(library) > 50 else
              [f"{len(headers)} declared, {len(library)} exported"]),
        check(2, "what_is_declared_is_exported",
              [f"{name} of {headers[name]}" for name in
               sorted(headers.keys() - library - expected)]),
        check(3, "what_is_exported_is_declared",
              sorted(library - headers.keys())),
        check(4, "the_map_is_sorted",
              [f"{name} before {after}" for name, after in
               zip(names, names[1:]) if name >= after]),
        check(5, "each_header_has_a_guard_of_its_own", shared_guards()),
        check(6, "each_function_has_a_page_in_the_manual",
              sorted(library - documented() - variables)),
    ]
    raise SystemExit(0 if all(results) else 1)


main()
