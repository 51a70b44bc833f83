"""An independent reader of hebb's container, from the format's description alone.

Prints one line a tensor, in the order of the bytes, "name dtype shape sum-of-elements", then the
metadata as JSON. Ends with an error where a rule or a checksum does not hold.
"""
import json
import struct
import sys
import zlib

CODES = {"F32": "f", "F64": "d", "U8": "B", "I64": "q", "U32": "I"}


def unique(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), "duplicate key"
    return dict(pairs)


with open(sys.argv[1], "rb") as file:
    raw = file.read()

(length,) = struct.unpack("<Q", raw[:8])
text = raw[8 : 8 + length]
assert len(text) == length and text.startswith(b"{")
assert length % 8 == 0, "the tensors are not aligned"
header = json.loads(text, object_pairs_hook=unique)
data = raw[8 + length :]

meta = header.pop("__metadata__")
whole = {"__metadata__": meta, **header}
compact = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
assert text.rstrip(b" ") == compact, "the header is not compact with sorted keys"

stored = meta.pop("hebb.header_checksum")
field = b'"hebb.header_checksum":"'
assert text.count(field + stored.encode()) == 1
zeroed = text.replace(field + stored.encode(), field + b"00000000")
assert "%08x" % zlib.crc32(raw[:8] + zeroed) == stored, "checksum of the header"

checksums = json.loads(meta.pop("hebb.checksums"))
assert set(checksums) == set(header)
end = 0
for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, stop = entry["data_offsets"]
    assert begin == end, "the tensors leave a hole or overlap"
    end = stop
    code = CODES[entry["dtype"]]
    assert begin % struct.calcsize("<" + code) == 0
    count = 1
    for n in entry["shape"]:
        count *= n
    values = struct.unpack("<%d%s" % (count, code), data[begin:stop])
    assert "%08x" % zlib.crc32(data[begin:stop]) == checksums[name], name
    print(name, entry["dtype"], entry["shape"], sum(values))
assert end == len(data)
print(json.dumps(meta, sort_keys=True))
