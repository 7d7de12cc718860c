#!/usr/bin/env python3
"""Whether the relative links and anchors of Markdown files lead somewhere.

    links.py FILE.md...

Anchors are those that GitHub makes of headings. What is in code is no link. Prints each link that is wrong.
"""
import os
import re
import sys

LINK = re.compile(r'\]\(([^)\s]+)\)')
CODE_BLOCK = re.compile(r'^ *```.*?^ *```', re.M | re.S)
CODE = re.compile(r'(`+).*?\1', re.S)


def prose(path):
    with open(path, encoding='utf-8') as f:
        return CODE_BLOCK.sub('', f.read())


def anchors(path):
    found = set()
    for heading in re.findall(r'^#+ (.*)', prose(path), re.M):
        text = re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', heading).lower()
        found.add(re.sub(r'[^\w\- ]', '', text).strip().replace(' ', '-'))
    return found


def leads_somewhere(page, link):
    name, _, anchor = link.partition('#')
    target = os.path.join(os.path.dirname(page), name) if name else page
    return os.path.exists(target) and (not anchor or anchor in anchors(target))


def main():
    wrong = 0
    for page in sys.argv[1:]:
        for link in LINK.findall(CODE.sub('', prose(page))):
            if not re.match('[a-z]+:', link) and not leads_somewhere(page, link):
                print('%s: %s: there is none' % (page, link))
                wrong += 1
    return 1 if wrong else 0


sys.exit(main())
