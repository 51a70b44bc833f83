#!/usr/bin/env python3
"""Writes src/core/character_widths.h: which characters occupy two columns of a terminal, and which none.

Source: the Unicode database of Python. Wide are those of East Asian Width W and F. Without a width are marks that
combine with the character before (Mn, Me), format characters (Cf) but those that are drawn, and medial and final Jamo.
Run it again for a later version of Unicode: scripts/character_widths.py > src/core/character_widths.h
"""

import unicodedata

DRAWN = {0xAD, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}  # of Cf
IDEOGRAPHS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2FFFE),
              range(0x30000, 0x3FFFE))  # wide, also where no character is assigned yet
JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))


def width(point):
    """0, 1 or 2; None if no character is assigned."""
    char = chr(point)
    category = unicodedata.category(char)
    if any(point in block for block in JAMO):
        return 0
    if any(point in block for block in IDEOGRAPHS):
        return 2
    if category == "Cn":
        return None
    if category in ("Mn", "Me", "Cf") and point not in DRAWN:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def ranges(wanted):
    """The ranges of characters of this width. Unassigned ones within a range belong to it."""
    found, begin, end = [], None, None
    for point in range(0x110000):
        here = width(point)
        if here == wanted:
            begin, end = (point if begin is None else begin), point
        elif here is not None and begin is not None:
            found.append((begin, end))
            begin = None
    return found + ([(begin, end)] if begin is not None else [])


def table(name, found):
    rows = ", ".join(f"{{0x{begin:X}, 0x{end:X}}}" for begin, end in found)
    return f"inline constexpr CharacterRange {name}[] = {{{rows}}};\n"


print(f"""// Written by scripts/character_widths.py from Unicode {unicodedata.unidata_version}.
#pragma once

namespace hebb {{

struct CharacterRange {{
  char32_t first, last;
}};

/// In ascending order.
{table("kWideCharacters", ranges(2))}
{table("kCharactersWithoutWidth", ranges(0))}
}}  // namespace hebb""")
