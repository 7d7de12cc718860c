#include "ngram_matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* Written out, since logarithms differ in their last bit between machines. */
const float sn_ngram_frequency[256] = {
    0.0F,        1.0F,        1.69314718F, 2.09861229F, 2.38629436F, 2.60943791F, 2.79175947F,
    2.94591015F, 3.07944154F, 3.19722458F, 3.30258509F, 3.39789527F, 3.48490665F, 3.56494936F,
    3.63905733F, 3.7080502F,  3.77258872F, 3.83321334F, 3.89037176F, 3.94443898F, 3.99573227F,
    4.04452244F, 4.09104245F, 4.13549422F, 4.17805383F, 4.21887582F, 4.25809654F, 4.29583687F,
    4.33220451F, 4.36729583F, 4.40119738F, 4.4339872F,  4.4657359F,  4.49650756F, 4.52636052F,
    4.55534806F, 4.58351894F, 4.61091791F, 4.63758616F, 4.66356165F, 4.68887945F, 4.71357207F,
    4.73766962F, 4.76120012F, 4.78418963F, 4.80666249F, 4.8286414F,  4.8501476F,  4.87120101F,
    4.8918203F,  4.91202301F, 4.93182563F, 4.95124372F, 4.97029191F, 4.98898405F, 5.00733319F,
    5.02535169F, 5.04305127F, 5.06044301F, 5.07753744F, 5.09434456F, 5.11087386F, 5.12713439F,
    5.14313473F, 5.15888308F, 5.17438727F, 5.18965474F, 5.20469262F, 5.21950771F, 5.2341065F,
    5.24849524F, 5.26267988F, 5.27666612F, 5.29045944F, 5.30406509F, 5.31748811F, 5.33073334F,
    5.34380542F, 5.35670883F, 5.36944785F, 5.38202663F, 5.39444915F, 5.40671925F, 5.41884061F,
    5.4308168F,  5.44265126F, 5.4543473F,  5.46590812F, 5.47733681F, 5.48863637F, 5.49980967F,
    5.51085951F, 5.52178858F, 5.53259949F, 5.54329478F, 5.55387689F, 5.56434819F, 5.57471098F,
    5.58496748F, 5.59511985F, 5.60517019F, 5.61512052F, 5.62497281F, 5.63472899F, 5.6443909F,
    5.65396035F, 5.66343909F, 5.67282883F, 5.68213123F, 5.69134788F, 5.70048037F, 5.7095302F,
    5.71849887F, 5.72738782F, 5.73619845F, 5.74493213F, 5.75359019F, 5.76217393F, 5.77068462F,
    5.77912349F, 5.78749174F, 5.79579055F, 5.80402104F, 5.81218436F, 5.82028157F, 5.82831374F,
    5.83628191F, 5.84418709F, 5.85203026F, 5.8598124F,  5.86753445F, 5.87519732F, 5.88280192F,
    5.89034913F, 5.8978398F,  5.90527478F, 5.91265489F, 5.91998093F, 5.92725369F, 5.93447393F,
    5.94164242F, 5.94875989F, 5.95582706F, 5.96284463F, 5.9698133F,  5.97673374F, 5.98360662F,
    5.99043259F, 5.99721227F, 6.00394631F, 6.01063529F, 6.01727984F, 6.02388052F, 6.03043792F,
    6.0369526F,  6.04342512F, 6.04985601F, 6.05624581F, 6.06259503F, 6.0689042F,  6.07517382F,
    6.08140436F, 6.08759634F, 6.0937502F,  6.09986643F, 6.10594547F, 6.11198779F, 6.11799381F,
    6.12396398F, 6.12989871F, 6.13579844F, 6.14166356F, 6.14749448F, 6.15329159F, 6.1590553F,
    6.16478597F, 6.170484F,   6.17614973F, 6.18178355F, 6.18738581F, 6.19295685F, 6.19849703F,
    6.20400669F, 6.20948615F, 6.21493576F, 6.22035583F, 6.22574667F, 6.23110862F, 6.23644196F,
    6.24174702F, 6.24702407F, 6.25227343F, 6.25749537F, 6.26269019F, 6.26785816F, 6.27299956F,
    6.27811466F, 6.28320373F, 6.28826703F, 6.29330482F, 6.29831737F, 6.30330491F, 6.3082677F,
    6.31320598F, 6.31811999F, 6.32300998F, 6.32787617F, 6.33271879F, 6.33753808F, 6.34233425F,
    6.34710753F, 6.35185813F, 6.35658627F, 6.36129217F, 6.36597602F, 6.37063803F, 6.37527841F,
    6.37989735F, 6.38449506F, 6.38907173F, 6.39362755F, 6.3981627F,  6.40267738F, 6.40717177F,
    6.41164605F, 6.4161004F,  6.420535F,   6.42495002F, 6.42934563F, 6.433722F,   6.43807931F,
    6.44241771F, 6.44673737F, 6.45103845F, 6.45532112F, 6.45958551F, 6.46383181F, 6.46806014F,
    6.47227067F, 6.47646355F, 6.48063892F, 6.48479693F, 6.48893773F, 6.49306144F, 6.49716823F,
    6.50125821F, 6.50533154F, 6.50938834F, 6.51342875F, 6.5174529F,  6.52146092F, 6.52545294F,
    6.52942909F, 6.53338949F, 6.53733427F, 6.54126355F,
};

typedef struct filling {
    sn_ngram_matrix *matrix;
    sn_spill *spill;
    const float *idf;
    const sn_walk_piece *pieces;
    /* Where the pieces' entries go. */
    size_t first;
} filling;

float sn_ngram_block_scale(const uint32_t *entries, size_t count, const float *idf)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const float x = sn_entry_frequency(entries[i]) * idf[sn_entry_number(entries[i])];
        sum += (double)(x * x);
    }
    return sum > 0.0 ? (float)(1.0 / sqrt(sum)) : 0.0F;
}

/* Computes the scales of a piece's rows. */
static void scale_piece(void *context, size_t task, size_t worker)
{
    const filling *const f = context;
    const sn_walk_piece *const piece = &f->pieces[task];
    const size_t *const starts = f->matrix->starts;
    const size_t first = SN_NGRAM_BLOCKS * piece->first;
    (void)worker;
    for (size_t b = first; b < first + SN_NGRAM_BLOCKS * piece->count; b++)
        f->matrix->scales[b] =
            sn_ngram_block_scale(f->matrix->entries + starts[b], starts[b + 1] - starts[b], f->idf);
}

static seqnet_status append(const filling *f, const sn_walk_piece *piece, seqnet_error *err)
{
    sn_ngram_matrix *const m = f->matrix;
    const size_t used = m->starts[SN_NGRAM_BLOCKS * piece->first];
    SN_TRY(sn_spill_grow(f->spill, &m->place, &m->entries, &m->entry_capacity,
                         used + piece->item_count + 1, sizeof *m->entries, err));
    if (piece->item_count)
        memcpy(m->entries + used, piece->items, piece->item_count * sizeof *piece->items);
    for (size_t i = 0; i < piece->count; i++) {
        size_t *const starts = m->starts + SN_NGRAM_BLOCKS * (piece->first + i);
        starts[1] = used + piece->word_ends[i];
        starts[2] = used + piece->ends[i];
    }
    return SEQNET_OK;
}

static seqnet_status take_pieces(void *user, sn_pool *pool, const sn_walk_piece *pieces,
                                 size_t count, seqnet_error *err)
{
    filling *const f = user;
    for (size_t i = 0; i < count; i++)
        SN_TRY(append(f, &pieces[i], err));
    f->pieces = pieces;
    sn_pool_run(pool, scale_piece, f, count);
    return SEQNET_OK;
}

seqnet_status sn_ngram_matrix_make(sn_ngram_matrix *matrix, const sn_ngram_rows *rows,
                                   const sn_ngram_spec *spec, const sn_ngram_index *index,
                                   const float *idf, sn_pool *pool, seqnet_error *err)
{
    const size_t count = sn_ngram_rows_count(rows);
    filling f = {.matrix = matrix, .spill = rows->spill, .idf = idf};
    *matrix = (sn_ngram_matrix){.rows = count, .columns = index->count};
    SN_TRY(sn_alloc(&matrix->starts, SN_NGRAM_BLOCKS * count + 1, sizeof *matrix->starts, err));
    SN_TRY(sn_alloc(&matrix->scales, SN_NGRAM_BLOCKS * count, sizeof *matrix->scales, err));
    return sn_ngram_walk(rows, spec, index, pool, take_pieces, &f, err);
}

void sn_ngram_matrix_free(sn_ngram_matrix *matrix)
{
    sn_spill_free(&matrix->place, matrix->entries);
    free(matrix->starts);
    free(matrix->scales);
    *matrix = (sn_ngram_matrix){0};
}
