"""Labelled rows of texts in fastText's form: reading, writing, folds."""
import dataclasses
import pathlib
import random
import re

# A label and the blanks behind it; what fastText and seqnet's reader take for a blank.
LABEL = re.compile(r"(?<![^\x00\t-\r ])__label__([^\x00\t-\r ]*)[\x00\t-\r ]*")
UTF8 = {"encoding": "utf-8", "errors": "surrogateescape", "newline": "\n"}


class BadSet(Exception):
    """A file that cannot be measured on, with the reason."""


@dataclasses.dataclass
class Rows:
    labels: list
    texts: list

    def __len__(self):
        return len(self.labels)

    def take(self, places):
        return Rows([self.labels[i] for i in places], [self.texts[i] for i in places])

    def shuffled(self, seed):
        return self.take(random.Random(seed).sample(range(len(self)), len(self)))


def read_rows(path):
    """The rows of a file. Lines end at LF only; lines of blanks are no rows."""
    rows = Rows([], [])
    with open(path, **UTF8) as file:
        for number, line in enumerate(file, 1):
            labels = LABEL.findall(line)
            if len(labels) == 1:
                rows.labels.append(labels[0])
                rows.texts.append(LABEL.sub("", line).strip(" \t\r\n\v\f"))
            elif line.strip():
                raise BadSet(f"{path}:{number}: {len(labels)} labels; every row needs one")
    if not rows.labels:
        raise BadSet(f"{path}: no rows")
    return rows


def write_rows(path, rows):
    with open(path, "w", **UTF8) as file:
        file.writelines(f"__label__{label} {text}\n"
                        for label, text in zip(rows.labels, rows.texts))


def write_texts(path, rows):
    with open(path, "w", **UTF8) as file:
        file.writelines(f"{text}\n" for text in rows.texts)


def find_sets(folder, names):
    """Names of the sets in a folder: all, or those asked for, in that order."""
    ending = ".train.ft"
    found = sorted(path.name[:-len(ending)] for path in pathlib.Path(folder).glob("*" + ending))
    missing = [name for name in names if name not in found]
    if missing or not found:
        raise BadSet(f"{folder}: no {' '.join(missing) or 'NAME'}{ending}")
    return names or found


def make_folds(rows, count, seed):
    """[(training rows, other rows)]: each row is once among the others; every label is spread evenly.

    The shuffled rows of one label follow those of the one before, and are dealt out in turn."""
    chance = random.Random(seed)
    places = {}
    for place, label in enumerate(rows.labels):
        places.setdefault(label, []).append(place)
    dealt = []
    for label in sorted(places):
        chance.shuffle(places[label])
        dealt += places[label]
    parts = [set(dealt[fold::count]) for fold in range(count)]
    if not all(parts):
        raise BadSet(f"{len(rows)} rows are too few for {count} folds")
    return [(rows.take([i for i in range(len(rows)) if i not in part]), rows.take(sorted(part)))
            for part in parts]
