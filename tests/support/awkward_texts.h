/* Texts on which a tokenizer may stumble. Include it after exported.h. */
#ifndef AWKWARD_TEXTS_H
#define AWKWARD_TEXTS_H

/* Texts that are awkward by themselves. */
static const char *const AWKWARD[] = {
    "",
    " ",
    "The FILM, it's a film!!!!!!! ... <br />the<!-- a film --> film &amp; a &amp;quot;film&quot;",
    "STRASSE straße Straße ΈΡΓΟ έργο ÉTÉ e\u0301te\u0301 E\u0301TE\u0301 été",
    "ΣΑΣ Σ ΣΑΣ. ΣΑΣΣΑΣ Σ\u0301 'Σ' ΣΑ.Σ I İ i\u0307 i\u0323\u0307 I\u0307 \u212Aelvin ﬁlm ＦＩＬＭ "
    "it’s it\u02BCs “film” don’t don‘t",
    ":-) ;-( http://a.com/film www.film.com @the #film a@film :-))) <3",
    "映画 한국어 \u1112\u1161\u11ab국어 👍🏽 👍 5.5 9 9/10 5,5 U.S.A. U.S. e.g. the",
    "the\x80\x81 film\xff\xfe \xc3 \xe2\x80 film\xed\xa0\x80 a",
    "<script>film</script> film <style>a</style> <b film <a film> co\u00ADop co\u200Bop",
    "well-made film – a film—the x\u0345 \u0345 a\u0300\u0301\u0302\u0303\u0327\u0328 \u0300film",
    "?"
    "?/ film ?\?/ \\ \" ' % quote\"\\?\?/ */",
};

/* A text of characters that are drawn from interesting ranges, and of bytes. */
static inline size_t draw_text(char *text, size_t room, sn_rng *rng)
{
    static const int32_t ranges[][2] = {
        {0x20, 0x7e},     {0x20, 0x7e},     {0x61, 0x7a},     {0xa0, 0x24f},      {0x2b0, 0x36f},
        {0x370, 0x5ff},   {0x600, 0x6ff},   {0x900, 0xe7f},   {0x1000, 0x11ff},   {0x1e00, 0x1fff},
        {0x2000, 0x206f}, {0x2010, 0x203a}, {0x20d0, 0x2bff}, {0x3040, 0x30ff},   {0x4e00, 0x4eff},
        {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe00, 0xffff}, {0x10000, 0x1ffff}, {0, 0x10ffff}};
    size_t used = 0;
    const size_t wanted = (size_t)sn_rng_below(rng, room - 8);
    while (used < wanted) {
        const size_t k = (size_t)sn_rng_below(rng, sizeof ranges / sizeof *ranges + 2);
        if (k >= sizeof ranges / sizeof *ranges) {
            text[used++] = k % 2 ? ' ' : (char)sn_rng_below(rng, 256);
            continue;
        }
        const uint64_t size = (uint64_t)(ranges[k][1] - ranges[k][0] + 1);
        used += sn_utf8_encode(ranges[k][0] + (int32_t)sn_rng_below(rng, size), text + used);
    }
    return used;
}

/* A text of the model's words with other characters between and in them. */
static inline size_t draw_words(char *text, size_t room, const char *words, sn_rng *rng)
{
    size_t used = 0;
    const size_t wanted = (size_t)sn_rng_below(rng, room - 64), size = strlen(words);
    while (used < wanted) {
        const char *const word = words + sn_rng_below(rng, size);
        const size_t length = strcspn(word, "\n");
        memcpy(text + used, word, length < 30 ? length : 30);
        used += length < 30 ? length : 30;
        if (sn_rng_below(rng, 3) == 0)
            used += draw_text(text + used, 16, rng);
        text[used++] = " -.'"[sn_rng_below(rng, 8) % 4];
    }
    return used;
}

/* Adds all of these texts to the records. */
static inline void add_texts(record_list *list, const char *words)
{
    enum { ROOM = 400, DRAWN = 1500, LONG = 1 << 20 };
    char text[ROOM], *const long_text = malloc(LONG);
    sn_rng rng;
    sn_rng_seed(&rng, 6, SN_RNG_INIT);
    for (size_t i = 0; i < sizeof AWKWARD / sizeof *AWKWARD; i++)
        add_record(list, AWKWARD[i], strlen(AWKWARD[i]));
    for (size_t i = 0; i < DRAWN; i++)
        add_record(list, text, draw_text(text, i % 2 ? ROOM : 24, &rng));
    for (size_t i = 0; i < DRAWN; i++)
        add_record(list, text, draw_words(text, i % 2 ? ROOM : 80, words, &rng));
    for (size_t i = 0; i < LONG; i++)
        long_text[i] = "film a \xc3\xa9"[sn_rng_below(&rng, 9)];
    add_record(list, long_text, LONG);
    memset(long_text, 'a', LONG); /* one word */
    add_record(list, long_text, LONG);
    free(long_text);
}

#endif
