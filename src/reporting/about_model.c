/* Data, model and training: what was trained on what, and how to do it again. */
#include "errors.h"
#include "figures.h"
#include "html.h"
#include "sections.h"

/* More labels are not named among the facts. */
enum { MOST_LABELS = 12 };

static bool is_there(const findings *f)
{
    (void)f;
    return true;
}

static void put_fact(FILE *out, const char *name, const char *text)
{
    if (!text)
        return;
    fputs("<dt>", out);
    put_html(out, name);
    fputs("</dt><dd><bdi>", out);
    put_html(out, text);
    fputs("</bdi></dd>\n", out);
}

static void put_count_fact(FILE *out, const char *name, double count)
{
    if (!(count >= 0.0 && count < 1e15))
        return;
    fprintf(out, "<dt>%s</dt><dd>", name);
    put_count(out, (size_t)count);
    fputs("</dd>\n", out);
}

/* A member of an object of the record, whatever it is: a number, a word, a switch, a list. */
static seqnet_status put_member(FILE *out, const cJSON *member, seqnet_error *err)
{
    if (cJSON_IsString(member)) {
        put_fact(out, member->string, member->valuestring);
        return SEQNET_OK;
    }
    char *const text = cJSON_PrintUnformatted(member);
    if (!text)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the training record");
    put_fact(out, member->string, text);
    cJSON_free(text);
    return SEQNET_OK;
}

static seqnet_status print_members(FILE *out, const cJSON *object, const char *title,
                                   seqnet_error *err)
{
    const cJSON *member;
    if (!cJSON_IsObject(object) || !object->child)
        return SEQNET_OK;
    fprintf(out, "<h3>%s</h3>\n<dl class=\"facts\">\n", title);
    cJSON_ArrayForEach(member, object)
    {
        TRY(put_member(out, member, err));
    }
    fputs("</dl>\n", out);
    return SEQNET_OK;
}

/* Prints the labels; of many only their number. */
static void put_labels(FILE *out, const findings *f)
{
    fputs("<dt>Labels</dt><dd>", out);
    put_count(out, f->classes);
    for (size_t i = 0; i < f->classes && f->classes <= MOST_LABELS; i++) {
        fputs(i ? ", " : ": ", out);
        put_name(out, label_of(f, i));
    }
    fputs("</dd>\n", out);
}

/* The names of many labels. */
static void print_names(FILE *out, const findings *f)
{
    open_details(out, "The names of all labels");
    fputs("<p>", out);
    for (size_t i = 0; i < f->classes; i++) {
        fputs(i ? ", " : "", out);
        put_name(out, label_of(f, i));
    }
    fputs("</p>\n", out);
    close_details(out);
}

static void put_ngrams(FILE *out, const findings *f)
{
    char count[GROUPED_NUMBER];
    const seqnet_ngram_info n = seqnet_model_ngrams(f->model);
    if (!n.words)
        return;
    fprintf(out, "<dt>N-grams</dt><dd>%s of 1 to %zu words", grouped(n.count, count), n.words);
    if (n.characters)
        fprintf(out, " and 1 to %zu characters", n.characters);
    fprintf(out, "; shares: SVM %.3f, NB-SVM %.3f, network %.3f</dd>\n", n.svm_share, n.nb_share,
            n.network_share);
}

static void print_facts(FILE *out, const findings *f)
{
    const double temperature = seqnet_model_temperature(f->model);
    fputs("<dl class=\"facts\">\n", out);
    put_fact(out, "File", f->subject->path);
    put_fact(out, "Fingerprint", seqnet_model_fingerprint(f->model));
    put_labels(out, f);
    put_count_fact(out, "Vocabulary", (double)seqnet_model_vocabulary_size(f->model));
    if (seqnet_model_parameters(f->model))
        put_count_fact(out, "Weights", (double)seqnet_model_parameters(f->model));
    put_ngrams(out, f);
    if (temperature > 0.0)
        fprintf(out, "<dt>Temperature</dt><dd>%.4g, which logits are divided by</dd>\n",
                temperature);
    if (f->is_multi_label)
        fprintf(out, "<dt>Threshold</dt><dd>%.4g</dd>\n", seqnet_model_threshold(f->model));
    fputs("</dl>\n", out);
}

static void print_layer(FILE *out, const seqnet_layer_info *layer)
{
    fputs("<tr><th scope=\"row\">", out);
    put_name(out, layer->name);
    fputs("</th><td>", out);
    put_name(out, layer->type);
    fputs("</td><td class=\"n\">", out);
    if (layer->time)
        fprintf(out, "%zu \xc3\x97 ", layer->time);
    fprintf(out, "%zu</td><td class=\"n\">", layer->features);
    put_count(out, layer->parameters);
    fputs("</td></tr>\n", out);
}

static void print_layers(FILE *out, const findings *f)
{
    static const table_column columns[] = {
        {"Layer", false}, {"Type", false}, {"Output", true}, {"Weights", true}};
    const size_t count = seqnet_model_layer_count(f->model);
    if (!count)
        return;
    fputs("<h3>Layers</h3>\n", out);
    open_table(out, "From the input to the output; an output is timesteps \xc3\x97 features",
               TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        const seqnet_layer_info layer = seqnet_model_layer(f->model, i);
        print_layer(out, &layer);
    }
    close_table(out);
}

/* What the training was, and the command that does it again. */
static seqnet_status print_training(FILE *out, const findings *f, seqnet_error *err)
{
    const char *const command = record_text(f->record, "command");
    fputs("<h3>Training</h3>\n", out);
    if (command) {
        fputs("<pre><code>", out);
        put_html(out, command);
        fputs("</code></pre>\n", out);
    }
    fputs("<dl class=\"facts\">\n", out);
    put_fact(out, "Recipe",
             record_text(cJSON_GetObjectItemCaseSensitive(f->record, "outcome"), "recipe"));
    put_fact(out, "Data", record_text(f->record, "data"));
    put_fact(out, "Data hash", record_text(f->record, "data_hash"));
    put_count_fact(out, "Training rows", record_number(f->record, "train_rows"));
    put_count_fact(out, "Validation rows", record_number(f->record, "validation_rows"));
    put_count_fact(out, "Rows without labels", record_number(f->record, "unlabeled_rows"));
    put_count_fact(out, "Seed", record_number(f->record, "seed"));
    put_fact(out, "seqnet", record_text(f->record, "seqnet"));
    put_fact(out, "Training", record_text(f->record, "stopped"));
    fputs("</dl>\n", out);
    open_details(out, "All options of the training");
    TRY(print_members(out, cJSON_GetObjectItemCaseSensitive(f->record, "options"), "Options", err));
    close_details(out);
    return SEQNET_OK;
}

/* What was measured for this report. */
static void print_measured(FILE *out, const findings *f)
{
    if (!f->m.rows)
        return;
    fputs("<h3>Measured rows</h3>\n<dl class=\"facts\">\n", out);
    put_fact(out, "Data", f->subject->data);
    put_fact(out, "Part", f->subject->part);
    put_count_fact(out, "Rows", (double)f->m.rows);
    fputs("</dl>\n", out);
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    open_section(out, MODEL_SECTION.id, "Model, data and training");
    print_facts(out, f);
    if (f->classes > MOST_LABELS)
        print_names(out, f);
    TRY(print_members(out, cJSON_GetObjectItemCaseSensitive(f->record, "card"), "Model card", err));
    print_measured(out, f);
    print_layers(out, f);
    TRY(print_training(out, f, err));
    close_section(out);
    return SEQNET_OK;
}

const report_section MODEL_SECTION = {
    .id = "model", .title = "Model and data", .is_there = is_there, .print = print};
