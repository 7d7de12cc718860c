/* The words of a text as a model sees them, each with its id, for callers that show or explain
 * them. Scoring encodes texts without this file (text/encoding.h). */
#include "model.h"
#include "text_rule.h"

#include "banned.h"

/* The token of a word, with the id that sn_encode_text gives the word. */
static seqnet_token make_token(const sn_encoding *encoding, const sn_looked_up *word)
{
    size_t unknown = 0;
    seqnet_token token = {.length = word->length};
    token.id = sn_encoding_rank(encoding, word->rank, &unknown);
    token.kind = unknown ? SEQNET_TOKEN_UNKNOWN : SEQNET_TOKEN_WORD;
    token.text = sn_token_shown(word->text, &token.length);
    return token;
}

seqnet_status seqnet_model_tokens(const seqnet_model *model, const char *text, size_t length,
                                  seqnet_token_callback *callback, void *user, seqnet_error *err)
{
    const sn_encoding *const encoding = &model->config.encoding;
    sn_tokenizer tokenizer = {0};
    if (!model->vocabulary)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model was trained without a word index, so it cannot read text");
    if (encoding->start_char >= 0) {
        const seqnet_token start = {.kind = SEQNET_TOKEN_START,
                                    .text = "",
                                    .id = sn_encoding_limit(encoding, encoding->start_char)};
        callback(user, &start);
    }
    const seqnet_status status = sn_tokenizer_start(&tokenizer, encoding->rule, text, length, err);
    sn_looked_up word;
    while (status == SEQNET_OK && sn_encoding_next(model->vocabulary, &tokenizer, false, &word)) {
        const seqnet_token token = make_token(encoding, &word);
        callback(user, &token);
    }
    sn_tokenizer_free(&tokenizer);
    return status;
}
