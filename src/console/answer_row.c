#include "answer_row.h"

#include "colors.h"
#include "text_cells.h"

/* Cells of two blanks and a probability; of the blanks between pairs, and before further lines. */
enum { PROBABILITY = 10, GAP = 3, INDENT = 2 };

void put_answered_file(answer_row *row, const char *file)
{
    put_text(row->out, file);
    fputs(":", row->out);
    row->used = display_width(file) + 1;
}

/* Goes to where a pair of so many cells fits. */
static void make_room(answer_row *row, size_t cells)
{
    const size_t gap = row->used > 0 ? GAP : 0;
    if (row->used > 0 && row->used + gap + cells > row->width) {
        fprintf(row->out, "\n%*s", INDENT, "");
        row->used = INDENT;
    } else {
        fprintf(row->out, "%*s", (int)gap, "");
        row->used += gap;
    }
}

void put_answer(answer_row *row, const char *label, double probability)
{
    const size_t width = display_width(label);
    const size_t pad = width < row->label_cells ? row->label_cells - width : 0;
    const size_t room = row->width > PROBABILITY ? row->width - PROBABILITY : 0;
    make_room(row, width + pad + PROBABILITY);
    begin_color(row->out, row->has_colors, ROLE_ANSWER);
    put_wrapped(row->out, label, row->used, room);
    end_color(row->out, row->has_colors);
    fprintf(row->out, "%*s  %.6f", (int)pad, "", probability);
    row->used += width + pad + PROBABILITY;
}
