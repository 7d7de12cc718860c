#include "foreign_tokenizer.h"

#include <string.h>

#include "file_kind.h"

#include "banned.h"

/* What is said of all of them. */
#define REMEDY                                                                                     \
    "name a tokenizer of Keras (JSON or pickle), a word index or a list of words, one a line"

static seqnet_status refuse(const char *path, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: is %s; " REMEDY, path, what);
}

seqnet_status sn_tokenizer_unknown(const char *path, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: holds neither a tokenizer of Keras nor a word index; " REMEDY, path);
}

static bool begins(const void *bytes, size_t size, const char *with)
{
    const size_t length = strlen(with);
    return size >= length && memcmp(bytes, with, length) == 0;
}

/* A protocol buffer whose first field is a piece: SentencePiece writes <unk> first, or <pad>. */
static bool is_sentencepiece(const uint8_t *bytes, size_t size)
{
    return size > 8 && bytes[0] == 0x0a && bytes[1] < 0x20 && bytes[2] == 0x0a && bytes[4] == '<';
}

seqnet_status sn_foreign_bytes(const void *bytes, size_t size, const char *path, seqnet_error *err)
{
    if (is_sentencepiece(bytes, size))
        return refuse(path, "a SentencePiece model, which splits words into pieces", err);
    if (begins(bytes, size, "### SubwordTextEncoder"))
        return refuse(path, "a SubwordTextEncoder of TensorFlow Datasets, which splits words", err);
    if (begins(bytes, size, "#version: 0."))
        return refuse(path, "the merges of a byte-pair tokenizer of Hugging Face", err);
    const sn_file_kind kind = sn_file_kind_of(bytes, size, path);
    if (kind.class == SN_FILE_TEXT || kind.class == SN_FILE_UNKNOWN)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: %s; " REMEDY, path, kind.fact);
}

seqnet_status sn_foreign_tree(const sn_tree_value *dict, const char *path, seqnet_error *err)
{
    sn_tree_value value;
    const bool has_model = sn_tree_find(dict, "model", &value) && value.kind == SN_TREE_DICT;
    if (has_model &&
        (sn_tree_find(dict, "pre_tokenizer", &value) ||
         sn_tree_find(dict, "added_tokens", &value) || sn_tree_find(dict, "normalizer", &value)))
        return refuse(path, "a tokenizer of Hugging Face, which splits words into pieces", err);
    if (sn_tree_find(dict, "tokenizer_class", &value) ||
        sn_tree_find(dict, "do_lower_case", &value))
        return refuse(path, "the configuration of a tokenizer of Hugging Face", err);
    if (sn_tree_find(dict, "spacy_version", &value))
        return refuse(path, "a pipeline of spaCy", err);
    if (sn_tree_find(dict, "class_name", &value) &&
        (sn_tree_is(&value, "Sequential") || sn_tree_is(&value, "Functional") ||
         sn_tree_is(&value, "Model")))
        return refuse(path, "the layers of a model, not its tokenizer", err);
    return SEQNET_OK;
}

seqnet_status sn_foreign_words(const sn_tree_value *index, const char *path, seqnet_error *err)
{
    sn_tree_value value;
    if (sn_tree_find(index, "[CLS]", &value) && sn_tree_find(index, "[SEP]", &value))
        return refuse(path, "a WordPiece vocabulary of BERT, which splits words into pieces", err);
    if (sn_tree_find(index, "\xc4\xa0the", &value))
        return refuse(path, "the vocabulary of a byte-pair tokenizer, which splits words", err);
    return SEQNET_OK;
}

/* Whether the text has a line that is just this. */
static bool has_line(const char *text, size_t size, const char *line)
{
    const size_t length = strlen(line);
    const char *const end = text + size;
    for (const char *pos = text; pos && (size_t)(end - pos) > length;) {
        if (memcmp(pos, line, length) == 0 && (pos[length] == '\n' || pos[length] == '\r'))
            return true;
        pos = memchr(pos, '\n', (size_t)(end - pos));
        pos = pos ? pos + 1 : NULL;
    }
    return false;
}

seqnet_status sn_foreign_lines(const char *text, size_t size, const char *path, seqnet_error *err)
{
    if (has_line(text, size, "[CLS]") && has_line(text, size, "[SEP]"))
        return refuse(path, "a WordPiece vocabulary of BERT, which splits words into pieces", err);
    return SEQNET_OK;
}

seqnet_status sn_foreign_global(const char *name, const char *path, seqnet_error *err)
{
    static const struct foreign {
        const char *begin, *what;
    } known[] = {
        {"sklearn.feature_extraction",
         "a vectorizer of scikit-learn, whose models are no neural networks"},
        {"sklearn.pipeline", "a pipeline of scikit-learn"},
        {"sklearn.", "an object of scikit-learn"},
        {"transformers.", "a tokenizer of Hugging Face, which splits words into pieces"},
        {"tokenizers", "a tokenizer of Hugging Face, which splits words into pieces"},
        {"gensim.", "a model or dictionary of gensim"},
        {"torchtext.", "a vocabulary of torchtext"},
        {"sentencepiece", "a SentencePiece model, which splits words into pieces"},
        {"spacy.", "a pipeline of spaCy"},
        {"nltk.", "an object of NLTK"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (begins(name, strlen(name), known[i].begin))
            return sn_fail(err, SEQNET_ERR_MODEL,
                           "%s: is %s (its pickle asks for %s; nothing was run); " REMEDY, path,
                           known[i].what, name);
    return SEQNET_OK;
}
