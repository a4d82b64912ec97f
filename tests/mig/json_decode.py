#!/usr/bin/env python3
"""Read and make messages of an interface that only its JSON describes.

usage: json_decode.py check FILE...
       json_decode.py pack FILE ROUTINE request|reply VALUES
       json_decode.py unpack FILE ROUTINE request|reply HEX
       json_decode.py layout FILE

`check` reads each file, and tests that it is what docs/mig-json.md says. `pack`
makes the bytes of a message from a JSON object of values by argument name; `unpack`
is its opposite. Values are integers, arrays of them (elements; or the bytes of an
element that is no integer), strings, for a right {"name": n}, for a region
{"address": a, "size": n}. `layout` prints the sizes of all messages.

There is nothing of any interface in here: it is the proof that the JSON is enough.
"""

import json
import struct
import sys

HEADER = struct.Struct("<IIIIIi")
COMPLEX = 0x80000000
DESCRIPTOR_SIZES = {"port": 12, "ool": 16, "ool_ports": 16}
DESCRIPTOR_TYPES = {"port": 0, "ool": 1, "ool_ports": 2}
NDR_RECORD = bytes([0, 0, 0, 0, 1, 0, 0, 0])


class Mismatch(Exception):
    """What was read is not what was promised."""


def expect(condition, text, *values):
    if not condition:
        raise Mismatch(text % values)


def whole(size):
    """Rounded up to a multiple of 4."""
    return (size + 3) // 4 * 4


# --- values of one field ------------------------------------------------------


def integer_size(type):
    """Bytes of the integers that data consists of; 1 where there are none."""
    return type["bits"] // 8 if type["bits"] in (8, 16, 32, 64) else 1


def pack_integers(values, size):
    if isinstance(values, int):
        values = [values]
    return b"".join(
        (value % (1 << (8 * size))).to_bytes(size, "little") for value in values
    )


def unpack_integers(data, size):
    return [
        int.from_bytes(data[at : at + size], "little", signed=True)
        for at in range(0, len(data), size)
    ]


def pack_data(type, value):
    if type["kind"] == "string":
        return value.encode() + b"\0"
    return pack_integers(value, integer_size(type))


def unpack_data(type, data):
    if type["kind"] == "string":
        return data.split(b"\0")[0].decode()
    values = unpack_integers(data, integer_size(type))
    if type["shape"] == "inline" and len(values) == 1:
        return values[0]
    return values


def element_count(type, value):
    """What goes into the count field of a variable array."""
    size = len(pack_data(type, value))
    return size // type["element_size"]


# --- descriptors --------------------------------------------------------------


def pack_descriptor(descriptor, value):
    value = value or {}
    type = DESCRIPTOR_TYPES[descriptor["kind"]]
    disposition = descriptor["sent_as"]
    if not isinstance(disposition, int):
        disposition = value.get("disposition", 0)
    if descriptor["kind"] == "port":
        return struct.pack("<IIHBB", value.get("name", 0), 0, 0, disposition, type)
    return struct.pack(
        "<QBBBBI",
        value.get("address", 0),
        value.get("deallocate", 0),
        value.get("copy", 1 if descriptor["kind"] == "ool" else 0),
        disposition,
        type,
        value.get("size", 0),
    )


def unpack_descriptor(descriptor, data):
    expect(
        data[11] == DESCRIPTOR_TYPES[descriptor["kind"]],
        "%s: descriptor of another kind",
        descriptor["name"],
    )
    if descriptor["kind"] == "port":
        name, _, _, disposition, _ = struct.unpack("<IIHBB", data)
        return {"name": name, "disposition": disposition}
    address, deallocate, copy, disposition, _, size = struct.unpack("<QBBBBI", data)
    return {
        "address": address,
        "deallocate": deallocate,
        "copy": copy,
        "disposition": disposition,
        "size": size,
    }


# --- messages -----------------------------------------------------------------


class Message:
    def __init__(self, routine, key):
        expect(routine[key], "%s has no %s", routine["name"], key)
        self.message = routine[key]
        self.types = {
            argument["name"]: argument["type"] for argument in routine["arguments"]
        }

    def pack(self, values):
        counts = self.counts(values)
        body = bytearray()
        if self.message["complex"]:
            body += struct.pack("<I", self.message["descriptor_count"])
        for descriptor in self.message["descriptors"]:
            body += self.pack_descriptors(descriptor, values)
        if self.message["ndr"] is not None:
            body += NDR_RECORD
        if self.message["retcode"] is not None:
            body += struct.pack("<i", values.get("RetCode", 0))
        for field in self.message["fields"]:
            body += self.pack_field(field, values, counts)
        bits = COMPLEX if self.message["complex"] else 0
        header = HEADER.pack(
            bits, HEADER.size + len(body), 0, 0, 0, self.message["id"]
        )
        return header + bytes(body)

    def counts(self, values):
        """The value of each count field that a variable field refers to, by name."""
        counts = {}
        for field in self.message["fields"]:
            name = field["count_field"]
            if name is None or name in counts:
                continue
            value = values[field["argument"]]
            if field["role"] == "subs":
                counts[name] = len(values[field["name"]])
            else:
                counts[name] = element_count(self.types[field["argument"]], value)
        return counts

    def pack_descriptors(self, descriptor, values):
        value = values[descriptor["argument"]]
        value = value if isinstance(value, list) else [value]
        value = value + [None] * (descriptor["count"] - len(value))
        return b"".join(pack_descriptor(descriptor, one) for one in value)

    def pack_field(self, field, values, counts):
        if field["role"] == "string_offset":
            return bytes(4)
        if field["role"] == "count":
            return struct.pack("<I", counts.get(field["name"], values.get(field["name"], 0)))
        if field["role"] == "subs":
            data = pack_integers(values[field["name"]], 4)
        else:
            data = pack_data(self.types[field["argument"]], values[field["argument"]])
        if field["variable"]:
            return data + bytes(whole(len(data)) - len(data))
        return data + bytes(field["size"] + field["pad"] - len(data))

    def unpack(self, data):
        bits, size, _, _, _, id = HEADER.unpack_from(data)
        expect(id == self.message["id"], "id %d", id)
        expect(bool(bits & COMPLEX) == self.message["complex"], "complexity")
        expect(size == len(data), "size %d", size)
        values = {}
        for descriptor in self.message["descriptors"]:
            values[descriptor["argument"]] = self.unpack_descriptors(descriptor, data)
        if self.message["retcode"] is not None:
            values["RetCode"] = struct.unpack_from("<i", data, self.message["retcode"])[0]
        end = self.unpack_fields(data, values)
        expect(end == len(data), "it ends at %d", end)
        return values

    def unpack_descriptors(self, descriptor, data):
        size = DESCRIPTOR_SIZES[descriptor["kind"]]
        begin = descriptor["offset"]
        all = [
            unpack_descriptor(descriptor, data[at : at + size])
            for at in range(begin, begin + size * descriptor["count"], size)
        ]
        return all if descriptor["array"] else all[0]

    def unpack_fields(self, data, values):
        """Offsets are those of full variable fields: from each on, what follows is
        nearer by what the field has less."""
        missing = 0
        end = HEADER.size
        if self.message["complex"]:
            end += 4
        for descriptor in self.message["descriptors"]:
            end += DESCRIPTOR_SIZES[descriptor["kind"]] * descriptor["count"]
        if self.message["ndr"] is not None:
            end += len(NDR_RECORD)
        if self.message["retcode"] is not None:
            end += 4
        for field in self.message["fields"]:
            at = field["offset"] - missing
            expect(at == end, "%s: it is at %d", field["name"], end)
            size = field["size"]
            if field["variable"]:
                count = values[field["count_field"]]
                expect(count <= field["max"], "%s: %d of them", field["name"], count)
                size = count * field["element_size"]
                missing += field["size"] + field["pad"] - whole(size)
            part = data[at : at + size]
            expect(len(part) == size, "%s is cut off", field["name"])
            self.unpack_field(field, part, values)
            end = at + whole(size)
        return end

    def unpack_field(self, field, data, values):
        if field["role"] == "data":
            values[field["argument"]] = unpack_data(self.types[field["argument"]], data)
        elif field["role"] == "subs":
            values[field["name"]] = unpack_integers(data, 4)
        else:
            values[field["name"]] = int.from_bytes(data, "little")


# --- files --------------------------------------------------------------------


def read(path):
    with open(path, encoding="utf-8", errors="strict") as file:
        text = file.read()
    return text, json.loads(text)


def find(interface, name):
    for routine in interface["routines"]:
        if routine["name"] == name:
            return routine
    raise Mismatch("no routine " + name)


def check_message(name, message):
    """Everything of it follows what is before it, without a gap."""
    end = HEADER.size + (4 if message["complex"] else 0)
    smallest = end
    index = 0
    for descriptor in message["descriptors"]:
        where = "%s.%s" % (name, descriptor["name"])
        expect(descriptor["offset"] == end, "%s: offset", where)
        expect(descriptor["index"] == index, "%s: index", where)
        index += descriptor["count"]
        end += DESCRIPTOR_SIZES[descriptor["kind"]] * descriptor["count"]
    expect(message["descriptor_count"] == index, "%s: descriptor_count", name)
    expect(message["complex"] == (index > 0), "%s: complex", name)
    for key, size in (("ndr", len(NDR_RECORD)), ("retcode", 4)):
        if message[key] is not None:
            expect(message[key] == end, "%s: %s", name, key)
            end += size
    smallest = end
    fields = set()
    moves = False
    for field in message["fields"]:
        where = "%s.%s" % (name, field["name"])
        expect(field["offset"] == end, "%s: offset", where)
        expect(field["moves"] == moves, "%s: moves", where)
        expect(field["pad"] == whole(field["size"]) - field["size"], "%s: pad", where)
        end += whole(field["size"])
        if field["variable"]:
            expect(field["count_field"] in fields, "%s: count_field", where)
            expect(
                field["max"] * field["element_size"] == field["size"], "%s: size", where
            )
            moves = True
        else:
            smallest += whole(field["size"])
        fields.add(field["name"])
    expect(message["size"] == end, "%s: size", name)
    expect(message["min_size"] == smallest, "%s: min_size", name)


def check(path):
    text, interface = read(path)
    expect(
        text == json.dumps(interface, indent=2, ensure_ascii=False) + "\n",
        "not in the form that is promised",
    )
    expect(interface["version"] == 1, "another version")
    for routine in interface["routines"]:
        number = routine["number"]
        expect(routine["request_id"] == interface["base"] + number, "request_id")
        expect(routine["request"]["id"] == routine["request_id"], "id")
        check_message(routine["name"] + ".request", routine["request"])
        one_way = routine["kind"] == "simpleroutine"
        expect(one_way == (routine["reply"] is None), "reply")
        expect(one_way == (routine["reply_id"] is None), "reply_id")
        if routine["reply"]:
            check_message(routine["name"] + ".reply", routine["reply"])


def layout(path):
    _, interface = read(path)
    for routine in interface["routines"]:
        line = [routine["name"]]
        for key in "request", "reply":
            if routine[key]:
                line += [
                    "%s %d..%d"
                    % (key, routine[key]["min_size"], routine[key]["size"])
                ]
        print(*line)


def main(arguments):
    command, files = arguments[1], arguments[2:]
    if command == "check" and files:
        for path in files:
            try:
                check(path)
            except (Mismatch, KeyError, ValueError) as error:
                sys.exit("%s: %r" % (path, error))
    elif command == "layout":
        layout(files[0])
    elif command in ("pack", "unpack"):
        path, routine, key, value = files
        message = Message(find(read(path)[1], routine), key)
        if command == "pack":
            print(message.pack(json.loads(value)).hex())
        else:
            print(json.dumps(message.unpack(bytes.fromhex(value)), sort_keys=True))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main(sys.argv)
    except Mismatch as mismatch:
        sys.exit("json_decode.py: %s" % mismatch)
