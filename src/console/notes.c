#include "notes.h"

#include <stdio.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "figures.h"
#include "terminal.h"

void note_instruction_set_problem(void)
{
    const char *const problem = seqnet_instruction_set_problem();
    if (problem)
        note("%s", in_options(problem).text);
}

void note_blas_problem(void)
{
    const char *const problem = seqnet_blas_problem();
    if (problem)
        note("%s", in_options(problem).text);
}

static const char *rows(size_t count)
{
    return plural(count, "row", "rows");
}

static void add_field(char *list, size_t room, const char *between, const char *name)
{
    const size_t used = strlen(list);
    (void)snprintf(list + used, room - used, "%s%s", used ? between : "", name);
}

void note_fields(const seqnet_reader_options *found, bool with_label)
{
    char texts[400] = "";
    const bool is_number = found && found->header == SEQNET_HEADER_NO;
    const char *const column = is_number ? "column " : "";
    if (!found || !found->text_fields[0])
        return;
    for (const char *const *field = found->text_fields; *field; field++)
        add_field(texts, sizeof texts, " + ", *field);
    if (with_label && found->label_field)
        note("text: %s%s, label: %s%s", column, texts, column, found->label_field);
    else
        note("text: %s%s", column, texts);
}

void count_record(record_tallies *tallies, const char *file, const seqnet_record *record)
{
    seqnet_tally_add(&tallies->invalid, record->invalid, file, record->line);
    seqnet_tally_add(&tallies->replaced, record->replaced, file, record->line);
    seqnet_tally_add(&tallies->swallowed, record->swallowed, file, record->line);
}

void note_tallies(const seqnet_tally *invalid, const seqnet_tally *replaced,
                  const seqnet_tally *swallowed)
{
    if (invalid->count)
        note(INVALID_NOTE, invalid->first, invalid->count,
             plural(invalid->count, "byte sequence is", "byte sequences are"));
    if (replaced->count)
        note(REPLACED_NOTE, replaced->first, replaced->count,
             plural(replaced->count, "character is", "characters are"));
    if (swallowed->count)
        note(SWALLOWED_NOTE, swallowed->first, swallowed->count);
}

/* What is unusual in the records of files. */
static void note_records(const seqnet_reading *r)
{
    if (*r->remark)
        note("%s", in_options(r->remark).text);
    if (r->blank)
        note("left out %zu empty %s at the end", r->blank, rows(r->blank));
    if (r->trimmed)
        note("the blanks around the labels of %zu %s are left out", r->trimmed, rows(r->trimmed));
    if (r->headers)
        note("left out %zu %s of the header", r->headers,
             plural(r->headers, "repetition", "repetitions"));
    note_tallies(&r->invalid, &r->replaced, &r->swallowed);
}

void note_reading(const seqnet_dataset *dataset)
{
    note_fields(seqnet_dataset_reader_options(dataset), true);
    const seqnet_reading *const r = seqnet_dataset_reading(dataset);
    const char *const problem = seqnet_dataset_word_index_problem(dataset);
    if (r->bad)
        note("left out %zu bad %s; the first: %s", r->bad, rows(r->bad),
             in_options(r->first_bad).text);
    if (*r->left_out)
        note("%s", r->left_out);
    if (*r->word_list)
        note("%s", in_options(r->word_list).text);
    if (r->dropped)
        note("dropped %zu %s whose labels --map drops", r->dropped, rows(r->dropped));
    if (*r->unmatched)
        note("no row has the label '%s', which --map names", r->unmatched);
    if (r->several_labels)
        note("%zu %s with several labels: the first one counts", r->several_labels,
             rows(r->several_labels));
    note_records(r);
    if (problem)
        note("%s", in_options(problem).text);
}

int note_suspicions(const seqnet_dataset *dataset)
{
    seqnet_error err = {0};
    seqnet_label_findings f;
    const seqnet_status status = seqnet_dataset_check_labels(dataset, &f, &err);
    if (status == SEQNET_OK && f.same)
        note("labels that look the same: %s; merge them with --map '%s'", f.same, f.same_map);
    if (status == SEQNET_OK && f.missing)
        note("labels that stand for a missing value: %s; drop them with --map '%s'", f.missing,
             f.missing_map);
    if (status == SEQNET_OK && f.is_quantity)
        note(QUANTITY_NOTE);
    if (status == SEQNET_OK && f.is_joined)
        note("no row has several labels, but they look like lists; name what stands between them "
             "with --label-separator");
    const size_t wordless = seqnet_dataset_reading(dataset)->wordless;
    size_t count = 0;
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        count += seqnet_dataset_count(dataset, part);
    if (2 * wordless > count)
        note(WORDLESS_NOTE, wordless, count);
    seqnet_label_findings_free(&f);
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

void note_answers_from(const seqnet_abstain_point *point, size_t rows)
{
    note("answers from %g on: %.1f %% of the %zu held-out rows, %.1f %% of them right",
         point->threshold, percent(point->kept, rows), rows, percent(point->right, point->kept));
}
