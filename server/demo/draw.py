"""Draws the demo venue: the Palais de la Baie, a festival palace by the sea that does not exist.

Writes `venue/` (an IMDF 1.0.0 archive) beside this file, and refuses to when the drawing is bad.
Only needed when the drawing changes; the archive is committed, and drawing it again gives the same bytes.

    python3 -m pip install "shapely>=2.0"
    python3 draw.py

plan.py is the drawing board, palace.py what all floors share, lower.py, upper.py and beach.py are the
levels (one function each), imdf.py holds the checks and the writing.
"""

import re
import sys
from pathlib import Path

import beach
import imdf
import lower
import upper
from plan import names

NAME = names("Palais de la Baie")
HERE = Path(__file__).parent
CREATED = "2026-11-24T08:00:00Z"  # of the drawing, not of the run: the bytes must not change


def main():
    levels = [lower.market(), lower.ground(), beach.beach(), upper.foyers(), upper.balcony(), upper.sky(),
              upper.roof()]
    beach.join_terrace(levels[1], levels[2])
    wrong = imdf.check(levels)
    files = imdf.archive(levels, NAME, NAME)
    wrong += imdf.check_references(files)
    festival = HERE / "festival.toml"
    if festival.exists():
        known = {f["id"] for features in files.values() for f in features}
        named = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", festival.read_text())
        wrong += [f"festival.toml names {i}, which is not in the venue" for i in named if i not in known]
    if wrong:
        sys.exit("Not written:\n  " + "\n  ".join(wrong))
    imdf.write(HERE / "venue", files, CREATED)
    vertices = sum(len(r.coords) for lv in levels for u in lv.units.values()
                   for r in [u["shape"].exterior, *u["shape"].interiors])
    size = sum(f.stat().st_size for f in (HERE / "venue").iterdir())
    print(", ".join(f"{len(v)} {k}" for k, v in files.items()))
    print(f"{vertices} vertices in units, {size / 1000:.0f} kB")
    for level in levels:
        for anchor in level.anchors:
            print(level.key, imdf.ident("anchor", f"{level.key}/{anchor['key']}"), anchor["key"],
                  level.units[anchor["unit"]]["name"]["en"], sep="\t")


if __name__ == "__main__":
    main()
