/*
 * The file from top to bottom: what it is and how it is used; declarations; types; tables of
 * characters; functions; the other tables; structs that point to them; the functions that predict,
 * and a main. Functions come from the texts of the runtime and of the library's text rule
 * (embedded.h).
 */
#include "emit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "definitions.h"
#include "embedded.h"

#include "banned.h"

const char *sn_c_quantize_word(seqnet_quantize quantize)
{
    static const char *const words[] = {[SEQNET_QUANTIZE_NONE] = "float32",
                                        [SEQNET_QUANTIZE_FLOAT16] = "float16",
                                        [SEQNET_QUANTIZE_INT8] = "int8"};
    return words[quantize];
}

static bool has_text(const sn_c_image *image)
{
    return image->word_rule.mapped || image->ascii || image->imported.separator;
}

static bool has_network(const sn_c_image *image)
{
    return image->net.count > 0;
}

static bool has_ngrams(const sn_c_image *image)
{
    return image->model->ngrams != NULL;
}

static bool leaves_open(const sn_c_image *image)
{
    return image->model->config.abstain_below > 0.0;
}

static size_t outputs_of(const sn_c_image *image)
{
    return image->model->network.outputs;
}

size_t sn_c_workspace_bytes(const sn_c_image *image)
{
    const ngram_part *const n = &image->ngrams;
    const size_t sums = has_ngrams(image) ? 6 * n->outputs * sizeof(double) : 0;
    const size_t counts = has_ngrams(image) ? n->count + n->count / 8 + 1 : 0;
    const size_t bytes =
        sums + (image->memory + outputs_of(image)) * 4 + image->net.time * 4 + counts;
    const size_t align = sums ? 8 : 4;
    return (bytes + align - 1) / align * align;
}

size_t sn_c_constant_bytes(const sn_c_image *image)
{
    enum { LAYER = 160, CELL = 80 }; /* about as much as their structs take with 32-bit pointers */
    size_t bytes = image->net.count * LAYER + image->cell_count * CELL;
    for (size_t i = 0; i < image->array_count; i++)
        bytes += image->arrays[i].count * sn_c_element(image, image->arrays[i].type);
    for (size_t k = 0; k < image->model->label_count; k++)
        bytes += strlen(image->model->label_names[k]) + 1 + 4;
    return bytes;
}

/* Appends a text in which NAME and UPPER become the name, in these letters. */
static seqnet_status add_named(sn_buffer *to, const char *text, const char *name, seqnet_error *err)
{
    while (*text) {
        const bool is_small = strncmp(text, "NAME_", 5) == 0;
        const bool is_large = strncmp(text, "UPPER_", 6) == 0;
        if (!is_small && !is_large) {
            SN_TRY(sn_buffer_add_byte(to, *text++, err));
            continue;
        }
        for (const char *c = name; *c; c++)
            SN_TRY(sn_buffer_add_byte(
                to, (char)(is_large && *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c), err));
        text += is_small ? 4 : 5;
    }
    return SEQNET_OK;
}

/* What predict.c.in asks for. */
static void write_features(const sn_c_image *image, char has[160])
{
    (void)snprintf(
        has, 160, " %s %s %s %s %s %s %s %s %s %s ", has_network(image) ? "HAS_NETWORK" : "",
        has_ngrams(image) ? "HAS_NGRAMS" : "", has_text(image) ? "HAS_TEXT" : "",
        image->word_rule.mapped ? "HAS_WORDS" : "", image->ascii ? "HAS_UNICODE" : "",
        image->imported.separator ? "HAS_IMPORTED" : "",
        image->ngrams.characters ? "HAS_CHARACTERS" : "",
        image->model->config.multi_label ? "HAS_ANY_LABELS" : "",
        has_ngrams(image) ? "" : "HAS_IDS", leaves_open(image) ? "HAS_OPEN_ANSWERS" : "");
}

static seqnet_status end_text(sn_buffer *text, seqnet_error *err)
{
    SN_TRY(sn_buffer_reserve(text, 1, err));
    text->bytes[text->length] = '\0';
    return SEQNET_OK;
}

/* A template with what the model has. */
static seqnet_status emit_template(const char *text, const char *name, const char *has,
                                   sn_buffer *to, seqnet_error *err)
{
    sn_buffer decided = {0};
    seqnet_status status = sn_decide_conditions(text, has, &decided, err);
    if (status == SEQNET_OK)
        status = end_text(&decided, err);
    if (status == SEQNET_OK)
        status = add_named(to, decided.bytes, name, err);
    sn_buffer_free(&decided);
    return status;
}

/* The stack that a text takes, with the word that is read; the unicode rules keep it elsewhere. */
static size_t stack_kilobytes(const sn_c_image *image)
{
    return image->ascii ? 4 : 1 + (image->word_max + 1023) / 1024;
}

static seqnet_status emit_title(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    const seqnet_model *const model = image->model;
    return sn_buffer_format(
        to, err,
        "/*\n * A model of seqnet %s as C99: labels a text, without other files or libraries.\n"
        " *\n"
        " * Model: %s (seqnet info shows it); %zu labels; " SN_C_WEIGHTS "%s.\n"
        " * " SN_C_CONSTANTS "%zu bytes, and 5 to 20 kB of code. " SN_C_WORKSPACE "%zu bytes.\n"
        " * Stack: about %zu kB.\n",
        seqnet_version(), model->fingerprint, model->label_count,
        sn_c_quantize_word(image->quantize), sn_c_constant_bytes(image),
        sn_c_workspace_bytes(image), stack_kilobytes(image));
}

static seqnet_status emit_workspace(const sn_c_image *image, const char *name, sn_buffer *to,
                                    seqnet_error *err)
{
    char text[512];
    size_t used = 0;
    const ngram_part *const n = &image->ngrams;
#define FIELD(...) used += (size_t)snprintf(text + used, sizeof text - used, __VA_ARGS__)
    FIELD("typedef struct NAME_workspace {\n");
    if (has_ngrams(image))
        FIELD("    double sums[%zu];\n", 6 * n->outputs);
    if (has_network(image))
        FIELD("    float memory[%zu];\n", image->memory);
    FIELD("    float logits[%zu];\n", outputs_of(image));
    if (has_network(image))
        FIELD("    int32_t ids[%zu];\n", image->net.time);
    if (has_ngrams(image))
        FIELD("    uint8_t counts[%zu];\n", n->count + n->count / 8 + 1);
    FIELD("} NAME_workspace;\n\n");
#undef FIELD
    SN_TRY(add_named(to, "enum { UPPER_LABELS = ", name, err));
    SN_TRY(sn_buffer_format(to, err, "%zu };\n\n", image->model->label_count));
    return add_named(to, text, name, err);
}

/* From which probability on the model answers, in billionths, as the decimal point of printf
 * depends on the locale. */
static seqnet_status emit_abstaining(const sn_c_image *image, const char *name, sn_buffer *to,
                                     seqnet_error *err)
{
    enum { BILLION = 1000000000 };
    const long least = lround(image->model->config.abstain_below * BILLION);
    if (!leaves_open(image))
        return SEQNET_OK;
    SN_TRY(add_named(to,
                     "/* The model leaves answers open that are less probable; the functions name "
                     "the likeliest\n * label all the same, main prints `?`. */\n"
                     "#define UPPER_ABSTAIN_BELOW ",
                     name, err));
    return sn_buffer_format(to, err, "%ld.%09ldF\n\n", least / BILLION, least % BILLION);
}

/* The most bytes of a label that is a string: C99 promises strings of 4,095 characters. */
enum { LONGEST_STRING = 4000 };

static bool is_array(const char *label)
{
    return strlen(label) > LONGEST_STRING;
}

static seqnet_status emit_character(char c, sn_buffer *to, seqnet_error *err)
{
    const unsigned char byte = (unsigned char)c;
    if (byte < ' ' || byte >= 0x7f || strchr("\"'\\?", byte))
        return sn_buffer_format(to, err, "\\%03o", (unsigned)byte);
    return sn_buffer_add_byte(to, c, err);
}

static seqnet_status emit_label_string(const char *label, sn_buffer *to, seqnet_error *err)
{
    SN_TRY(sn_buffer_add_text(to, "    \"", err));
    for (const char *c = label; *c; c++)
        SN_TRY(emit_character(*c, to, err));
    return sn_buffer_add_text(to, "\",\n", err);
}

static seqnet_status emit_label_array(const char *label, size_t number, sn_buffer *to,
                                      seqnet_error *err)
{
    SN_TRY(sn_buffer_format(to, err, "static const char label%zu[] = {\n", number));
    for (const char *c = label; *c; c++) {
        SN_TRY(sn_buffer_add_byte(to, '\'', err));
        SN_TRY(emit_character(*c, to, err));
        SN_TRY(sn_buffer_add_text(to, (c - label) % 16 == 15 ? "',\n" : "',", err));
    }
    return sn_buffer_add_text(to, "0};\n\n", err);
}

static seqnet_status emit_labels(const sn_c_image *image, const char *name, sn_buffer *to,
                                 seqnet_error *err)
{
    char *const *const labels = image->model->label_names;
    for (size_t k = 0; k < image->model->label_count; k++)
        if (is_array(labels[k]))
            SN_TRY(emit_label_array(labels[k], k, to, err));
    SN_TRY(add_named(to, "const char *const NAME_labels[UPPER_LABELS] = {\n", name, err));
    for (size_t k = 0; k < image->model->label_count; k++)
        SN_TRY(is_array(labels[k]) ? sn_buffer_format(to, err, "    label%zu,\n", k)
                                   : emit_label_string(labels[k], to, err));
    return sn_buffer_add_text(to, "};\n\n", err);
}

/* What the program calls an array; NULL for NULL. */
static const char *array_name(const sn_c_image *image, const void *data)
{
    const sn_c_array *const array = sn_c_image_array(image, data);
    return array ? array->name : "NULL";
}

static const char *activation_name(rt_activation *activate)
{
    return activate ? sn_c_activation_name(activate) : "NULL";
}

static seqnet_status emit_matrix(const sn_c_image *image, const rt_matrix *m, sn_buffer *to,
                                 seqnet_error *err)
{
    return sn_buffer_format(to, err, "{%s, %zu, %s, %s}", m->add ? sn_c_row_name(m->add) : "NULL",
                            m->columns, array_name(image, m->numbers),
                            array_name(image, m->scales));
}

static seqnet_status emit_cell(const sn_c_image *image, const rt_cell *c, sn_buffer *to,
                               seqnet_error *err)
{
    const rt_matrix *const matrices[] = {&c->kernel, &c->recurrent_kernel, &c->second_kernel};
    SN_TRY(sn_buffer_add_text(to, "    {", err));
    for (size_t i = 0; i < 3; i++) {
        SN_TRY(emit_matrix(image, matrices[i], to, err));
        SN_TRY(sn_buffer_add_text(to, ", ", err));
    }
    return sn_buffer_format(to, err, "%s, %s, %s, %zu},\n", array_name(image, c->bias),
                            array_name(image, c->product_bias), array_name(image, c->pads),
                            c->pad_states);
}

static seqnet_status emit_layer(const sn_c_image *image, const rt_layer *l, sn_buffer *to,
                                seqnet_error *err)
{
    SN_TRY(sn_buffer_format(to, err, "    {%s, %s, %zu, {",
                            l->step ? sn_c_step_name(l->step) : "NULL",
                            l->all ? sn_c_all_name(l->all) : "NULL", l->input_count));
    for (size_t k = 0; k < INPUTS_MAX; k++)
        SN_TRY(sn_buffer_format(to, err, "%s%zu", k ? ", " : "", l->inputs[k]));
    SN_TRY(sn_buffer_format(to, err, "}, %zu, %zu, %zu, %zu, %zu, %zu,\n     ", l->time,
                            l->features, l->input_time, l->input_features, l->place, l->scratch));
    SN_TRY(emit_matrix(image, &l->kernel, to, err));
    SN_TRY(sn_buffer_format(to, err, ", %s, %s, %s, %zu, %zu, %s, %s, %s, %s, %s,\n     ",
                            array_name(image, l->bias), activation_name(l->activate),
                            activation_name(l->activate_gates), l->size, l->before,
                            l->is_masked ? "true" : "false", l->is_by_id ? "true" : "false",
                            l->gives_sequences ? "true" : "false", l->pools_max ? "true" : "false",
                            l->pools_mean ? "true" : "false"));
    if (l->cell_count)
        SN_TRY(sn_buffer_format(to, err, "&CELLS[%zu]", (size_t)(l->cells - image->cells)));
    else
        SN_TRY(sn_buffer_add_text(to, "NULL", err));
    return sn_buffer_format(to, err, ", %zu, %zu, %zu, %zu, %s},\n", l->cell_count, l->units,
                            l->gates, l->pad_interval, l->cell ? sn_c_cell_name(l->cell) : "NULL");
}

static seqnet_status emit_network(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    char scale[SN_C_FLOAT_TEXT];
    if (image->cell_count) {
        SN_TRY(
            sn_buffer_format(to, err, "static const rt_cell CELLS[%zu] = {\n", image->cell_count));
        for (size_t i = 0; i < image->cell_count; i++)
            SN_TRY(emit_cell(image, &image->cells[i], to, err));
        SN_TRY(sn_buffer_add_text(to, "};\n\n", err));
    }
    SN_TRY(sn_buffer_format(to, err, "static const rt_layer LAYERS[%zu] = {\n", image->net.count));
    for (size_t i = 0; i < image->net.count; i++)
        SN_TRY(emit_layer(image, &image->layers[i], to, err));
    SN_TRY(sn_buffer_add_text(to, "};\n\n", err));
    return sn_buffer_format(
        to, err,
        "static const rt_network NETWORK = {LAYERS, %zu, %zu};\n\n#define NETWORK_SCALE %s\n",
        image->net.count, image->net.time, sn_c_float(image->network_scale, scale));
}

static seqnet_status emit_ngrams(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    const ngram_part *const n = &image->ngrams;
    char svm[SN_C_FLOAT_TEXT], nb[SN_C_FLOAT_TEXT];
    return sn_buffer_format(
        to, err,
        "static const ngram_part NGRAMS = {%zu, %zu, %zu, %zu, %s, %s, %d, %s, %s, %s, %s, %s, %s, "
        "%s, %s};\n\n",
        n->count, n->outputs, n->words, n->characters, array_name(image, n->hashes),
        array_name(image, n->starts), n->shift, array_name(image, n->idf),
        array_name(image, n->svm), array_name(image, n->nb), array_name(image, n->ratios),
        array_name(image, n->frequencies), array_name(image, n->scales),
        sn_c_float(n->svm_share, svm), sn_c_float(n->nb_share, nb));
}

/* How ids become rows, and words become ids. */
static seqnet_status emit_rows(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    const sn_padding padding = image->model->config.padding;
    SN_TRY(sn_buffer_format(
        to, err,
        "#define TIME %zu\n#define KEEPS_LAST %s\n#define PADS_BEFORE %s\n#define START_ID %d\n"
        "#define ID_COUNT %d\n\n",
        image->net.time, padding.truncating == SEQNET_PRE ? "true" : "false",
        padding.padding == SEQNET_PRE ? "true" : "false", (int)image->start,
        (int)image->model->config.encoding.id_count));
    if (!image->words.words)
        return SEQNET_OK;
    return sn_buffer_format(to, err,
                            "static const vocabulary VOCABULARY = {words, slots, %u, %d};\n\n",
                            (unsigned)image->words.mask, (int)image->words.unknown);
}

static seqnet_status emit_replacements(const replacements *r, const char *name, sn_buffer *to,
                                       seqnet_error *err)
{
    return sn_buffer_format(to, err, "    {%zu, %s_keys, %s_ends, %s_codes},\n", r->count, name,
                            name, name);
}

/* The structs and numbers that follow the arrays. */
static seqnet_status emit_structs(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    char threshold[SN_C_FLOAT_TEXT];
    SN_TRY(sn_buffer_format(to, err, "#define OUTPUTS %zu\n#define THRESHOLD %s\n\n",
                            outputs_of(image),
                            sn_c_float((float)image->model->config.threshold, threshold)));
    if (has_ngrams(image))
        SN_TRY(emit_ngrams(image, to, err));
    if (has_network(image)) {
        SN_TRY(emit_network(image, to, err));
        SN_TRY(emit_rows(image, to, err));
    }
    if (image->word_rule.mapped)
        SN_TRY(sn_buffer_format(to, err, "static const word_rule WORDS = {mapped, plain, %zu};\n\n",
                                image->word_rule.plain_count));
    if (image->imported.separator) {
        SN_TRY(sn_buffer_add_text(to, "static const imported_rule IMPORTED = {\n", err));
        SN_TRY(emit_replacements(&image->imported.replaced, "replaced", to, err));
        SN_TRY(sn_buffer_format(to, err, "    %s, separator, %zu, %s};\n\n",
                                image->imported.is_final_sigma ? "sn_is_final_sigma" : "NULL",
                                image->imported.separator_size,
                                image->imported.is_by_character ? "true" : "false"));
    }
    return SEQNET_OK;
}

/* Whether functions name an array, so that it stands before them. */
static bool comes_first(const sn_c_image *image, const sn_c_array *array)
{
    const character_tables *const c = &image->characters;
    const void *const first[] = {image->ascii,       image->folded,      c->runs,
                                 c->unified.keys,    c->unified.ends,    c->unified.codes,
                                 c->decomposed.keys, c->decomposed.ends, c->decomposed.codes,
                                 c->folded.keys,     c->folded.ends,     c->folded.codes,
                                 c->classes,         c->composed,        image->case_runs};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (first[i] == array->data)
            return true;
    return false;
}

static seqnet_status emit_arrays(const sn_c_image *image, bool first, sn_buffer *to,
                                 seqnet_error *err)
{
    for (size_t i = 0; i < image->array_count; i++)
        if (comes_first(image, &image->arrays[i]) == first)
            SN_TRY(sn_c_emit_array(image, &image->arrays[i], to, err));
    return SEQNET_OK;
}

/* The tables of characters and the rule of a model with a unicode rule. */
static seqnet_status emit_characters(const sn_c_image *image, sn_buffer *to, seqnet_error *err)
{
    const character_tables *const c = &image->characters;
    const sn_text_rule rule = image->model->config.encoding.rule;
    SN_TRY(emit_arrays(image, true, to, err));
    if (image->case_runs)
        SN_TRY(sn_buffer_format(to, err, "#define CASE_RUNS %zu\n\n", image->case_run_count));
    if (!image->ascii)
        return SEQNET_OK;
    SN_TRY(sn_buffer_format(
        to, err, "static const character_tables CHARACTERS = {\n    character_runs, %zu,\n",
        c->run_count));
    SN_TRY(emit_replacements(&c->unified, "unified", to, err));
    SN_TRY(emit_replacements(&c->decomposed, "decomposed", to, err));
    SN_TRY(emit_replacements(&c->folded, "folded", to, err));
    return sn_buffer_format(to, err,
                            "    combining_classes, %zu, compositions, %zu};\n\n"
                            "static const sn_text_rule RULE = {%s, %s, %s};\n\n",
                            c->class_count, c->composed_count,
                            rule.kind == SN_TEXT_RULE_UNICODE_1 ? "SN_TEXT_RULE_UNICODE_1"
                                                                : "SN_TEXT_RULE_UNICODE",
                            rule.drop_digits ? "true" : "false", rule.cjk_pairs ? "true" : "false");
}

static seqnet_status collect(sn_definitions *items, seqnet_error *err)
{
    for (size_t i = 0; i < SN_C_EMBEDDED; i++)
        SN_TRY(sn_definitions_add(items, sn_c_embedded[i], err));
    return SEQNET_OK;
}

/* The parts of the file that come last but are made first, since they need the others. */
typedef struct parts {
    sn_buffer structs, predict, characters;
    sn_definitions items;
} parts;

static void free_parts(parts *p)
{
    sn_buffer_free(&p->structs);
    sn_buffer_free(&p->predict);
    sn_buffer_free(&p->characters);
    sn_definitions_free(&p->items);
}

static seqnet_status make_parts(const sn_c_image *image, const char *has, parts *p,
                                seqnet_error *err)
{
    SN_TRY(emit_characters(image, &p->characters, err));
    SN_TRY(emit_structs(image, &p->structs, err));
    SN_TRY(sn_decide_conditions(sn_text_c_predict, has, &p->predict, err));
    SN_TRY(end_text(&p->characters, err));
    SN_TRY(end_text(&p->structs, err));
    SN_TRY(end_text(&p->predict, err));
    SN_TRY(collect(&p->items, err));
    SN_TRY(sn_definitions_need(&p->items, p->structs.bytes, err));
    SN_TRY(sn_definitions_need(&p->items, p->characters.bytes, err));
    return sn_definitions_need(&p->items, p->predict.bytes, err);
}

static seqnet_status join_parts(const sn_c_image *image, const char *name, const parts *p,
                                sn_buffer *to, seqnet_error *err)
{
    SN_TRY(sn_buffer_format(to, err, "typedef uint%d_t slot;\n\nenum { WORD_MAX = %zu };\n\n",
                            sn_c_element(image, SN_C_SLOTS) == 4 ? 32 : 16, image->word_max));
    SN_TRY(sn_definitions_write(&p->items, true, to, err));
    SN_TRY(sn_buffer_add(to, p->characters.bytes, p->characters.length, err));
    SN_TRY(sn_definitions_write(&p->items, false, to, err));
    SN_TRY(emit_arrays(image, false, to, err));
    SN_TRY(sn_buffer_add(to, p->structs.bytes, p->structs.length, err));
    SN_TRY(emit_labels(image, name, to, err));
    SN_TRY(add_named(to, p->predict.bytes, name, err));
    return add_named(to, "\n#endif /* UPPER_HEADER */\n", name, err);
}

seqnet_status sn_c_emit(const sn_c_image *image, const char *name, sn_buffer *to, seqnet_error *err)
{
    char has[160];
    parts p = {0};
    write_features(image, has);
    seqnet_status status = emit_title(image, to, err);
    SN_GOTO(status);
    SN_GOTO(emit_template(sn_text_c_head, name, has, to, err));
    SN_GOTO(emit_workspace(image, name, to, err));
    SN_GOTO(emit_abstaining(image, name, to, err));
    SN_GOTO(emit_template(sn_text_c_declarations, name, has, to, err));
    SN_GOTO(make_parts(image, has, &p, err));
    SN_GOTO(join_parts(image, name, &p, to, err));
out:
    free_parts(&p);
    return status;
}
