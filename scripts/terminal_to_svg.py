#!/usr/bin/env python3
"""Draws a terminal's screen, as "tmux capture-pane -e -p" prints it, as SVG.

    tmux capture-pane -e -p | terminal_to_svg.py TITLE >FILE.svg

Colours are a dark terminal's, so that the picture looks the same on a light page and on a dark one. Each run of
characters of one style is a text as long as its columns, whatever font there is.
"""
import re
import sys
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT, MARGIN = 8.4, 18, 14  # of a column and a line; around them
BACKGROUND, FOREGROUND = '#1c2128', '#d6dde5'
COLOURS = ('#3b434d', '#ff7b72', '#6fd18a', '#e3b341', '#79b8ff', '#d2a8ff', '#56d4dd', '#d6dde5',
           '#768390', '#ff938a', '#8ee5a5', '#f2cc60', '#9ecbff', '#e2c5ff', '#7ee5ec', '#ffffff')


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.colour = self.ground = None
        self.bold = self.dim = self.inverse = self.underlined = False

    def read(self, numbers):
        """Takes over what one escape sequence says."""
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.reset()
            elif n in (1, 2, 4, 7):
                setattr(self, {1: 'bold', 2: 'dim', 4: 'underlined', 7: 'inverse'}[n], True)
            elif n == 22:
                self.bold = self.dim = False
            elif n in (24, 27):
                setattr(self, {24: 'underlined', 27: 'inverse'}[n], False)
            elif n in (38, 48):
                setattr(self, 'colour' if n == 38 else 'ground', long_colour(numbers))
            elif n in (39, 49):
                setattr(self, 'colour' if n == 39 else 'ground', None)
            elif n // 10 in (3, 9):
                self.colour = COLOURS[n % 10 + (8 if n >= 90 else 0)]
            elif n // 10 in (4, 10):
                self.ground = COLOURS[n % 10 + (8 if n >= 100 else 0)]

    def drawn(self):
        """Foreground and background as they are to be drawn, None for no background."""
        colour, ground = self.colour or FOREGROUND, self.ground
        return (ground or BACKGROUND, colour) if self.inverse else (colour, ground)


def long_colour(numbers):
    if numbers.pop(0) == 2:
        red, green, blue = numbers[:3]
        del numbers[:3]
        return '#%02x%02x%02x' % (red, green, blue)
    n = numbers.pop(0)
    if n < 16:
        return COLOURS[n]
    if n >= 232:
        return '#%02x%02x%02x' % ((8 + 10 * (n - 232),) * 3)
    levels = (0, 95, 135, 175, 215, 255)
    n -= 16
    return '#%02x%02x%02x' % (levels[n // 36], levels[n // 6 % 6], levels[n % 6])


def run(text, style, x, y):
    """A run of characters at column x of line y."""
    colour, ground = style.drawn()
    left, width = MARGIN + x * WIDTH, len(text) * WIDTH
    if ground:
        yield '<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>' % (
            left, MARGIN + y * HEIGHT, width, HEIGHT, ground)
    if text.strip():
        more = ' font-weight="bold"' * style.bold + ' opacity=".65"' * style.dim \
            + ' text-decoration="underline"' * style.underlined
        yield '<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>' % (
            left, MARGIN + y * HEIGHT + 13, width, colour, more, escape(text))


def draw(lines):
    style = Style()
    for y, line in enumerate(lines):
        x = 0
        for part in re.split(r'(\x1b\[[\d;]*m)', line):
            if part.startswith('\x1b'):
                style.read([int(n or 0) for n in part[2:-1].split(';')])
                continue
            for text in re.findall(r'\S+(?: \S+)*| +', part):  # what stands in columns stays there
                yield from run(text, style, x, y)
                x += len(text)


def main():
    lines = sys.stdin.read().rstrip('\n').split('\n')
    plain = [re.sub(r'\x1b\[[\d;]*m', '', line) for line in lines]
    width = 2 * MARGIN + WIDTH * max(map(len, plain))
    height = 2 * MARGIN + HEIGHT * len(lines)
    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img" shape-rendering="crispEdges" '
          'aria-label=%s xml:space="preserve" font-size="14" '
          'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace">'
          % (width, height, width, height, quoteattr(sys.argv[1])))
    print('<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND)
    print('\n'.join(draw(lines)))
    print('</svg>')


main()
