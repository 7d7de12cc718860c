"""wide_lines.py COLUMNS FILE: prints the lines that are wider than a terminal, and exits with 1 if there are any.

The cells of a character are Python's own idea of them, not seqnet's."""
import sys
import unicodedata


def cells(character):
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


columns = int(sys.argv[1])
wide = [line for line in open(sys.argv[2], encoding="utf-8").read().split("\n") if sum(map(cells, line)) > columns]
for line in wide:
    print(f"wider than {columns}: {line}")
sys.exit(bool(wide))
