#!/usr/bin/env python3
"""Read a file of `machport trace -o`, as docs/trace-packets.md says that it is.

usage: pcapng_read.py FILE

Prints a line for each packet: event, message, sender, receiver, msgh_id, size, bytes kept
of the message, comment; and "end RECEIVED DROPPED". It knows nothing of machport's
sources, and fails on anything that is not as the formats have it.
"""

import struct
import sys

RECORD = "<IIQQIiIiIIIiIIIIII64s"
EVENTS = {1: "send", 2: "receive", 3: "kernel", 4: "destroy", 5: "block"}


def blocks(data):
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0 and length >= 12 and at + length <= len(data)
        assert struct.unpack_from("<I", data, at + length - 4)[0] == length
        yield kind, data[at + 8 : at + length - 4]
        at += length


def options(data):
    found = {}
    while data:
        code, length = struct.unpack_from("<HH", data)
        if code == 0:
            assert length == 0 and len(data) == 4
            return found
        assert 4 + length <= len(data)
        found[code] = data[4 : 4 + length]
        data = data[4 + (length + 3) // 4 * 4 :]
    return found


def packet(body):
    interface, high, low, captured, size = struct.unpack_from("<IIIII", body)
    assert interface == 0 and captured <= size
    assert (high << 32 | low) > 1_600_000_000 * 10**9
    data = body[20 : 20 + captured]
    assert len(data) == captured
    comment = options(body[20 + (captured + 3) // 4 * 4 :]).get(1, b"")
    record = struct.unpack_from(RECORD, data)
    message = data[struct.calcsize(RECORD) :]
    assert len(message) == record[16]
    bits, msgh_size, remote, local, _, msgh_id = struct.unpack_from("<IIIIIi", message)
    assert (bits, msgh_size, msgh_id) == (record[12], record[13], record[11])
    assert (remote, local) == (record[8], record[10])
    assert size == struct.calcsize(RECORD) + msgh_size
    print(
        EVENTS[record[1]],
        record[3],
        record[5],
        record[7],
        msgh_id,
        msgh_size,
        len(message),
        comment.decode(),
    )


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    kinds = []
    for kind, body in blocks(data):
        kinds.append(kind)
        if kind == 0x0A0D0D0A:
            assert struct.unpack_from("<IHHq", body) == (0x1A2B3C4D, 1, 0, -1)
        elif kind == 1:
            link, _, snap = struct.unpack_from("<HHI", body)
            assert (link, snap) == (147, 0)
            assert options(body[8:])[9] == b"\x09"
        elif kind == 6:
            packet(body)
        elif kind == 5:
            told = options(body[12:])
            print("end", *(struct.unpack("<Q", told[code])[0] for code in (4, 5)))
        else:
            sys.exit("a block of type %d" % kind)
    assert kinds[:2] == [0x0A0D0D0A, 1] and kinds[-1] == 5


main()
