#!/usr/bin/env python3
"""Compares the rules of imported models with what Keras and TensorFlow make of the same texts.

    tokens.py SAY_TOKENS [COUNT]

`words` says again in Python what keras.preprocessing.text.text_to_word_sequence does, and
`vectorized` what TextVectorization does. COUNT random texts (3,000) are made of what these treat in
ways of their own: letters with another length in lower case, sigmas, white space beyond ASCII,
marks, emoji, what is not UTF-8.
"""

import json
import random
import re
import subprocess
import sys
import unicodedata

DEFAULT = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"
CHARACTERS = list(
    "abcABC xyzXYZ  iIİıßẞΣσςΑάΆKÅΩȺȾDžDžſﬁ'’‘.:·_-!?,;<>/\\\"\t\n\r\v\f\x1c\x1f\x85\xa0\u200b\u200d"
    "\ufeff\u2028\u3000\u1680\u202f\u00ad\u0301\u0308ªºⅣⓐ🅐😀👍🏽🇩🇪字を。、ابเЖжÉé`~{}|[]^*&%$#@0123456789\x7f"
) + ["e\u0301", "<br />", "ΟΔΟΣ", "Σ'Σ", "don't", "--", "\r\n", "\ufffd", "\U00010400", "\u1e9e"]
SEPARATORS = [" ", " ", " ", None, "\n", "-", "--", "ab", ", ", "、", "\t", "aΣ", "σ"]
FILTERS = [DEFAULT, DEFAULT, "", " ", "。、!?", DEFAULT + "’“”…", "aZσ", "0123456789", "\n", "i\u0307"]
PUNCTUATION = re.compile(r'[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']')


def words(text, filters, lower, split, char_level):
    if lower:
        text = text.lower()
    if char_level:
        return list(text)
    text = text.translate(str.maketrans({c: split for c in filters}))
    return [word for word in text.split(split) if word]


def vectorized(text, standardize, split):
    if "lower" in (standardize or ""):
        text = "".join(c.lower() if c < "\x80" else c for c in text)
    if "strip" in (standardize or ""):
        text = PUNCTUATION.sub("", text)
    if split == "character":
        return list(text)
    if split is None:
        return [text] if text else []
    return [word for word in re.split("[ \t\n\v\f\r]+", text) if word]


def escaped(text):
    """JSON as the rules' names have it."""
    return json.dumps(text, ensure_ascii=False, separators=(",", ":")).replace("\\r", "\\u000d")


def tokenizer_name(filters, lower, split, char_level):
    filters, split = ("", None) if char_level else (filters, split)
    return 'keras-tokenizer-1 {"lower":%s,"char_level":%s,"split":%s,"filters":%s}' % tuple(
        escaped(value) for value in (lower, char_level, split, filters))


def vectorizer_name(standardize, split):
    return 'keras-vectorizer-1 {"standardize":%s,"split":%s}' % (
        escaped(standardize), escaped(split))


def random_text(source):
    text = "".join(source.choice(CHARACTERS) for _ in range(source.randrange(40))).encode()
    if source.random() < 0.15:  # not UTF-8
        at = source.randrange(len(text) + 1)
        text = text[:at] + source.choice([b"\xff", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98", b"\xc0\x8a",
                                          b"\xed\xa0\x80", b"\x80"]) + text[at:]
    return text


def unassigned(text):
    """Whether Unicode versions may differ over the text."""
    return any(unicodedata.category(c) == "Cn" for c in text)


def cases(source, count):
    for _ in range(count):
        text = random_text(source)
        decoded = text.decode(errors="replace")
        if source.random() < 0.75:
            settings = (source.choice(FILTERS), source.random() < 0.8, source.choice(SEPARATORS),
                        source.random() < 0.15)
            yield text, tokenizer_name(*settings), words(decoded, *settings)
        else:
            settings = (source.choice(["lower_and_strip_punctuation", "lower", "strip_punctuation", None]),
                        source.choice(["whitespace", "whitespace", "character", None]))
            yield text, vectorizer_name(*settings), vectorized(decoded, *settings)


def each_character():
    """Each code point alone, between letters, and beside a capital sigma."""
    name = tokenizer_name("", True, "\n", False)
    for start in range(0x80, 0x110000):
        character = chr(start)
        if 0xd800 <= start < 0xe000 or unassigned(character):
            continue
        for text in ("aΣ%s", "aΣ%sb", "a%sΣ", "%sΣ") if start < 0x20000 else ("a%s",):
            yield (text % character).encode(), name, [(text % character).lower()]


def stored(token):
    return token.encode().replace(b"\n", b"\xc0\x8a")


def check_spans(text, spans):
    """Spans are of whole characters, in order, and do not overlap."""
    end = 0
    for start, stop in spans:
        assert end <= start <= stop <= len(text), "spans overlap"
        end = stop


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    tests = list(cases(random.Random(7), count)) + list(each_character())
    lines = "".join("%s %s\n" % (name.encode().hex(), text.hex()) for text, name, _ in tests)
    answers = subprocess.run([program], input=lines.encode(), stdout=subprocess.PIPE, check=True,
                             timeout=300).stdout.decode().split("\n")
    faults = 0
    for (text, name, expected), answer in zip(tests, answers):
        parts = [] if answer == "no rule" else [part.split(":") for part in answer.split()]
        tokens = [bytes.fromhex(part[0]) for part in parts]
        if answer == "no rule" or tokens != [stored(token) for token in expected]:
            faults += 1
            if faults < 20:
                print("%s\n  %r became %r, not %r" % (name, text, tokens, expected), answer[:20])
            continue
        check_spans(text, [(int(part[1]), int(part[2])) for part in parts])
    print("%d texts, %d faults" % (len(tests), faults))
    return faults > 0


if __name__ == "__main__":
    sys.exit(main())
