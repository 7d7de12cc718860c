#!/usr/bin/env python3
"""Prints src/encodings/encoding_tables.h: the encodings of one byte that a static seqnet knows, as the
iconv of this machine has them."""

import ctypes
import errno

ENCODINGS = [f"ISO-8859-{i}" for i in range(1, 17) if i != 12] \
    + [f"WINDOWS-{i}" for i in (1250, 1251, 1252, 1253, 1254, 1256, 1257)] \
    + ["KOI8-R", "KOI8-U", "IBM437", "IBM850", "IBM852", "IBM866", "MACINTOSH"]
LATIN = {"ISO-8859-1": "LATIN1", "ISO-8859-2": "LATIN2", "ISO-8859-3": "LATIN3", "ISO-8859-4": "LATIN4",
         "ISO-8859-9": "LATIN5", "ISO-8859-10": "LATIN6", "ISO-8859-13": "LATIN7", "ISO-8859-14": "LATIN8",
         "ISO-8859-15": "LATIN9", "ISO-8859-16": "LATIN10"}

libc = ctypes.CDLL(None, use_errno=True)
libc.iconv_open.restype = ctypes.c_void_p
libc.iconv.restype = ctypes.c_size_t
libc.iconv.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4


def character(encoding, byte):
    """The code point of a byte; 0 where the encoding has none."""
    converter = libc.iconv_open(b"UTF-16LE", encoding.encode())
    source, target = ctypes.create_string_buffer(bytes([byte]), 1), ctypes.create_string_buffer(8)
    pointers = [ctypes.c_void_p(ctypes.addressof(text)) for text in (source, target)]
    left, room = ctypes.c_size_t(1), ctypes.c_size_t(8)
    result = libc.iconv(converter, ctypes.byref(pointers[0]), ctypes.byref(left),
                        ctypes.byref(pointers[1]), ctypes.byref(room))
    failed = result == ctypes.c_size_t(-1).value
    assert not failed or ctypes.get_errno() == errno.EILSEQ
    libc.iconv_close(ctypes.c_void_p(converter))
    return 0 if failed else int.from_bytes(target.raw[:2], "little")


def names(encoding):
    """Without signs between letters and digits, since names are compared so."""
    plain = encoding.replace("-", "")
    also = {"WINDOWS": plain.replace("WINDOWS", "CP"), "IBM": plain.replace("IBM", "CP")}
    found = [plain] + [name for key, name in also.items() if plain.startswith(key)]
    if encoding in LATIN:
        found.append(LATIN[encoding])
    return " ".join(found)


print("/* Made by scripts/encodings.py: characters of the bytes from 0x80 on, 0 for none. */")
print("/* clang-format off */")
for encoding in ENCODINGS:
    row = [character(encoding, byte) for byte in range(128, 256)]
    print('{" %s ", {' % names(encoding))
    for at in range(0, 128, 16):
        print("    " + ", ".join(f"0x{c:04x}" if c else "0" for c in row[at:at + 16]) + ",")
    print("}},")
print("/* clang-format on */")
