/*
 * The rules unicode-2 and unicode-1: tables of texts and their tokens, joined by '|', which is in
 * none of the texts; then what must hold for any text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "characters.h"
#include "rng.h"
#include "text_rule.h"
#include "utf8.h"

static const sn_text_rule PLAIN = {.kind = SN_TEXT_RULE_UNICODE};
static const sn_text_rule PAIRS = {.kind = SN_TEXT_RULE_UNICODE, .cjk_pairs = true};
static const sn_text_rule NO_DIGITS = {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = true};

static const sn_text_rule FIRST = {.kind = SN_TEXT_RULE_UNICODE_1};

static sn_tokenizer tokenizer;

/* Joins the tokens of a text in an allocated buffer; checks each on the way. */
static char *join(sn_text_rule rule, const char *text, size_t size, char separator, size_t *used)
{
    /* A token is at most three times as long as its bytes, a pair twice that. */
    char *const joined = malloc(size * 8 + SN_TOKEN_MAX);
    const char *token;
    size_t length;
    *used = 0;
    assert_int_equal(sn_tokenizer_start(&tokenizer, rule, text, size, NULL), SEQNET_OK);
    while (sn_tokenizer_next(&tokenizer, &token, &length)) {
        assert_in_range(length, 1, SN_TOKEN_MAX);
        if (*used)
            joined[(*used)++] = separator;
        memcpy(joined + *used, token, length);
        *used += length;
    }
    assert_false(sn_tokenizer_next(&tokenizer, &token, &length));
    joined[*used] = '\0';
    return joined;
}

static void assert_tokens(sn_text_rule rule, const char *text, size_t size, const char *expected)
{
    size_t used;
    char *const joined = join(rule, text, size, '|', &used);
    if (strlen(expected) != used || memcmp(joined, expected, used) != 0)
        fail_msg("'%s' became '%s', not '%s'", text, joined, expected);
    free(joined);
}

typedef struct sample {
    const char *text, *tokens;
} sample;

static void assert_samples(sn_text_rule rule, const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_tokens(rule, samples[i].text, strlen(samples[i].text), samples[i].tokens);
}

#define ASSERT_SAMPLES(rule, samples)                                                              \
    assert_samples(rule, samples, sizeof(samples) / sizeof(samples)[0])

static const sample ENGLISH[] = {
    {"", ""},
    {" \t\r\n\v\f ", ""},
    {"A great Film", "a|great|film"},
    {"I don't, can't, won't.", "i|don't|,|can't|,|won't|."},
    {"I don’t, don`t, don´t", "i|don't|,|don't|,|don't"},
    {"the actors' film 'is' rock 'n' roll", "the|actors|'|film|'|is|'|rock|'|n|'|roll"},
    {"fo'c's'le", "fo'c's'le"},
    {"a well-made, over-the-top film", "a|well|made|,|over|the|top|film"},
    {"well‐made mid–sentence good—bad", "well|made|mid|sentence|good|bad"},
    {"good -- bad - ugly— or -5 or -", "good|-|bad|-|ugly|-|or|-|5|or|-"},
    {"wow!!!!! what?? hm.. hm... hm…… end.", "wow|!!!|what|??|hm|...|hm|...|hm|...|end|."},
    {"end.Next one,two and/or", "end|.|next|one|,|two|and|/|or"},
    {"“Quoted” «text» ‘here’ ‹there›", "\"|quoted|\"|\"|text|\"|'|here|'|'|there|'"},
    {"snake_case _emphasis_ __init__", "snake_case|_|emphasis|_|__|init|__"},
    {"$9.99 50% (a) [b] {c} #", "$|9.99|50|%|(|a|)|[|b|]|{|c|}|#"},
    {"© ™ § ° £", "©|™|§|°|£"},
    {"ＦＵＬＬ　ｗｉｄｔｈ！！", "full|width|!!"},
    {"l’été d'Arthur", "l'été|d'arthur"},
};

static const sample NUMBERS[] = {
    {"10/10, 9.5/10 1,000,000.50", "10/10|,|9.5/10|1,000,000.50"},
    {"at 12:30. In 1999, the 80s", "at|12:30|.|in|1999|,|the|80s"},
    {"1990's 2nd 3D 1990-1995 v1.2", "1990's|2nd|3d|1990|1995|v1.2"},
    {"10. 10, 10/ 10: .5 1..2", "10|.|10|,|10|/|10|:|.|5|1|...|2"},
    {"٣ ४.५ ②½", "٣|४.५|②½"},
};

static const sample WITHOUT_DIGITS[] = {
    {"10/10, 9.5/10 1,000", ","},
    {"a 2nd 3 of 3D 1990's", "a|2nd|of|3d|1990's"},
    {"४.५ x ٣", "x"},
    {"5-6 #1 @2 7", "<user>"},
    {"1", ""},
};

static const sample MARKUP[] = {
    {"Good.<br /><br />Bad<BR>x</p>y<!-- no --><a href=\"z\">link</a>", "good|.|bad|x|y|link"},
    {"3 < 5 > 2 <> <= a<b", "3|<|5|>|2|<|>|<|=|a|<|b"},
    {"<b <i>x", "<|b|x"},
    {"AT&amp;T &lt;br&gt; &quot;q&quot; it&apos;s it&#39;s it&#x27;s it&rsquo;s",
     "at|&|t|<|br|>|\"|q|\"|it's|it's|it's|it's"},
    {"caf&eacute; &Ouml;l a&nbsp;b a&foo;b", "café|öl|a|b|a|b"},
    {"&#x1F600;&#128512; &#0;&#xD800;&#x110000;&#99999999;", "😀|😀"},
    {"R&D; & &; &x &#; &#x; a&b a&&b", "r|&|d|;|&|&|;|&|x|&|#|;|&|x|;|a|&|b|a|&&|b"},
    {"don&#146;t &#133; don\xc2\x92t", "don't|...|don't"},
    {"http://a.b/c?d=e. See (https://x.org), WWW.Foo.com!", "<url>|.|see|(|<url>|)|,|<url>|!"},
    {"www. http:// www.. httpfoo", "www|.|http|:|//|www|...|httpfoo"},
    {"看http://t.cn/a真好", "看|<url>|真|好"},
    {"@bob hi @josé: me@home.org @ @-", "<user>|hi|<user>|:|me|@|home|.|org|@|@|-"},
    {"#tag #Two_Words ##x C# #-", "tag|two_words|##|x|c|#|#|-"},
    {"<url> <user> <URL>", "<url>|<user>"},
};

static const sample FACES[] = {
    {":) :-) :))) =) :] :-]", ":)|:)|:)|=)|:)|:)"},
    {":( :-( :((( :'( :'-(", ":(|:(|:(|:'(|:|'|-|("},
    {":D :-D ;D =D :P :p :O :o :DDD", ":d|:d|;d|=d|:p|:p|:o|:o|:d"},
    {";) ;-) :/ :-/ :\\ :* :-* ", ";)|;)|:/|:/|:/|:*|:*"},
    {"great:) bad:( see:Dogs ratio:P ftp://x", "great|:)|bad|:(|see|:|dogs|ratio|:|p|ftp|:|//|x"},
    {"<3 <333 </3 <30 </b>", "<3|<3|</3|<|30"},
};

static const sample EMOJI[] = {
    {"❤ ❤️ ❤︎", "❤|❤|❤"},
    {"so😂😂good", "so|😂|😂|good"},
    {"👍👍🏽👍🏿", "👍|👍🏽|👍🏿"},
    {"👩‍❤️‍👩 👨‍👩‍👧‍👦!",
     "👩‍❤‍👩|👨‍👩‍👧‍👦|!"},
    {"🇩🇪🇫🇷🇩 🇪", "🇩🇪|🇫🇷|🇩|🇪"},
    {"1️⃣2️⃣ #️⃣ *⃣ 12⃣", "1⃣|2⃣|#⃣|*⃣|12⃣"},
    {"🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿|🏴"},
    {"🤷🏽‍♀️ ★★☆", "🤷🏽‍♀|★|★|☆"},
    {"👩‍ x‍😀", "👩|x|😀"},
};

static const sample LANGUAGES[] = {
    {"Die Straße, GRÜSSE aus ÖSTERREICH", "die|strasse|,|grüsse|aus|österreich"},
    {"İstanbul ISPARTA ılık", "istanbul|isparta|ılık"},
    {"Ὀδυσσεύς ΌΣΟΣ μαΐου", "ὀδυσσεύσ|όσοσ|μαΐου"},
    {"Прекрасный ФИЛЬМ, ещё", "прекрасный|фильм|,|ещё"},
    {"كِتَابٌ مـــرحبا، جميل؟", "كِتَابٌ|مرحبا|،|جميل|؟"},
    {"می‌خواهم", "میخواهم"},
    {"שָׁלוֹם צה״ל", "שָׁלוֹם|צה״ל"},
    {"यह फ़िल्म अच्छी है।", "यह|फ़िल्म|अच्छी|है|।"},
    {"이 영화는 재미있다!", "이|영화는|재미있다|!"},
    {"nghệ thuật Tiếng Việt", "nghệ|thuật|tiếng|việt"},
    {"ﬁlm ŉ ǅ", "film|n|ǆ"},
    {"hy\xc2\xadphen ze\xe2\x80\x8bro \xef\xbb\xbf\xe2\x80\x8ewith", "hyphen|zero|with"},
    {"a\xc2\xa0no\xe2\x80\xa8line　x\xef\xbf\xbdy", "a|no|line|x|y"},
};

static const sample UNSPACED[] = {
    {"我喜欢。这部A片！！", "我|喜|欢|。|这|部|a|片|!!"},
    {"すごいスーパー", "す|ご|い|ス|ー|パ|ー"},
    {"か\xe3\x82\x99き", "が|き"},
    {"ภาษาไทยดี", "ภ|า|ษ|า|ไ|ท|ย|ดี"},
    {"ខ្មែរ ລາວ မြန်မာ", "ខ្|មែ|រ|ລ|າ|ວ|မြ|န်|မာ"},
    {"𠀀𠀁 豈", "𠀀|𠀁|豈"},
    {"第3集 4.5分", "第|3|集|4.5|分"},
    {"#话题# @小明", "话|题|#|@|小|明"},
};

static const sample IN_PAIRS[] = {
    {"我喜欢。这部A片！！", "我喜|喜欢|。|这部|a|片|!!"},
    {"すごいスーパー", "すご|ごい|いス|スー|ーパ|パー"},
    {"か\xe3\x82\x99きく か", "がき|きく|か"},
    {"ดีมาก", "ดีม|มา|าก"},
    {"第3集 好\xe2\x80\x8b看好", "第|3|集|好看|看好"},
    {"看看http://t.cn真<b>好好x好好", "看看|<url>|真|好好|x|好好"},
};

/* Texts whose tokens differ from those of unicode-1, which models may have. */
static const struct changed {
    const char *text, *first, *tokens;
} CHANGED[] = {
    {"İYİ iyi I\xcc\x87yi\xcc\x87", "i̇yi̇|iyi|i̇yi̇", "iyi|iyi|iyi"},
    {"i\xcc\xa3\xcc\x87 i\xcc\x81\xcc\x87 e\xcc\x87", "ị\xcc\x87|í\xcc\x87|ė", "ị|í\xcc\x87|ė"},
    {"donʼt hawaiʻi ꞌaʹ ŉ", "donʼt|hawaiʻi|ꞌaʹ|ʼn", "don't|hawai'i|'|a|'|n"},
    {"&amp;quot;a&amp;amp;b", "&|quot|;|a|&|amp|;|b", "\"|a|&|b"},
    {"&amp;#39; &#38;amp;gt; &amp;amp;lt;", "&|39|;|&|amp|;|gt|;|&|amp|;|lt|;", "'|>|<"},
    {"&amp;amp;amp;lt; &amp;foo; &amp;x", "&|amp|;|amp|;|lt|;|&|foo|;|&|x", "&|lt|;|&|foo|;|&|x"},
    {"it&amp;#39;s caf&amp;eacute;", "it|&|39|;|s|caf|&|eacute|;", "it's|café"},
    {"a<script>x<b</script>b<STYLE a='>'>y</Style >c", "a|x|<|b|b|'|>|y|c", "a|b|c"},
    {"a<!-- b > c -->d<!-->e", "a|c|-|>|d|e", "a|d|e"},
    {"U.S.A. u.s.a U.S. usa", "u|.|s|.|a|.|u|.|s|.|a|u|.|s|.|usa", "usa|usa|us|usa"},
    {"i.e. this, e.g., that", "i|.|e|.|this|,|e|.|g|.|,|that", "ie|this|,|eg|,|that"},
    {"и т.д. É.E\xcc\x81. T&#46;E.", "и|т|.|д|.|é|.|é|.|t|.|e|.", "и|тд|éé|te"},
    {"J.R.R.Tolkien U.S.-made", "j|.|r|.|r|.|tolkien|u|.|s|.|-|made", "jrr|tolkien|us|made"},
    {"the U.S.A... no", "the|u|.|s|.|a|...|no", "the|usa|...|no"},
};

/* Texts that are near to those and stay as they were. */
static const sample UNCHANGED[] = {
    {"plan b. the end. I am", "plan|b|.|the|end|.|i|am"},
    {"vitamin c.i took, plan b.the", "vitamin|c|.|i|took|,|plan|b|.|the"},
    {"U.S... no.", "u|.|s|...|no|."},
    {"1.a.b 5.5. v.1.2 x.yz.", "1|.|a|.|b|5.5|.|v|.|1.2|x|.|yz|."},
    {"don't o'clock rock'n'roll l'homme c'est", "don't|o'clock|rock'n'roll|l'homme|c'est"},
    {"<script>a</b <style>c <!--d", "a|<|/|b|c|<|!|-|d"},
    {"<scripts>a</script> <style", "a|<|style"},
    {"&amp; &amp;; AT&amp;T &amp;T;", "&|&|;|at|&|t|&|t|;"},
};

static void the_first_version_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CHANGED / sizeof CHANGED[0]; i++) {
        const struct changed *const row = &CHANGED[i];
        assert_tokens(FIRST, row->text, strlen(row->text), row->first);
        assert_tokens(PLAIN, row->text, strlen(row->text), row->tokens);
    }
    ASSERT_SAMPLES(FIRST, ENGLISH);
    ASSERT_SAMPLES(FIRST, NUMBERS);
    ASSERT_SAMPLES(FIRST, MARKUP);
    ASSERT_SAMPLES(FIRST, FACES);
    ASSERT_SAMPLES(FIRST, EMOJI);
    ASSERT_SAMPLES(FIRST, UNSPACED);
    ASSERT_SAMPLES(FIRST, UNCHANGED);
    ASSERT_SAMPLES(PLAIN, UNCHANGED);
}

/* Elements without an end, after each of which the end of the text would be looked for: quadratic
 * time would not end. */
static void unclosed_elements_take_linear_time(void **state)
{
    (void)state;
    static const char *const begins[] = {"<!-- ", "<script ", "<style ", "<script><!--<style>"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        const size_t length = strlen(begins[i]), count = 300000;
        char *const text = malloc(length * count);
        const char *token;
        size_t size;
        for (size_t j = 0; j < count; j++)
            memcpy(text + j * length, begins[i], length);
        assert_int_equal(sn_tokenizer_start(&tokenizer, PLAIN, text, length * count, NULL),
                         SEQNET_OK);
        while (sn_tokenizer_next(&tokenizer, &token, &size))
            assert_in_range(size, 1, 6);
        free(text);
    }
    assert_tokens(PLAIN, "<!-- a --> b <!-- c", 19, "b|<|!|-|c");
    assert_tokens(PLAIN, "<!-- a --> b <!-- c -->d", 24, "b|d");
}

static void english(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, ENGLISH);
}

static void numbers(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, NUMBERS);
    ASSERT_SAMPLES(NO_DIGITS, WITHOUT_DIGITS);
}

static void markup(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, MARKUP);
}

static void faces(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, FACES);
}

static void emoji(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, EMOJI);
}

static void languages(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, LANGUAGES);
    ASSERT_SAMPLES(PAIRS, LANGUAGES);
}

static void scripts_without_spaces(void **state)
{
    (void)state;
    ASSERT_SAMPLES(PLAIN, UNSPACED);
    ASSERT_SAMPLES(PAIRS, IN_PAIRS);
}

static void nul_separates(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "a\0b \0\0 c\0", 8, "a|b|c");
    assert_tokens(PLAIN, "wow!\0!", 6, "wow|!|!");
}

/* Each row: bytes, how many sequences are replaced. All stand between a and b. */
static void invalid_bytes_separate_and_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t replaced;
    } rows[] = {
        {"\x80", 1},                     /* a continuation alone */
        {"\xbf\xbf", 2},                 /* two */
        {"\xc0\xaf", 2},                 /* overlong / */
        {"\xc1\xbf", 2},                 /* overlong */
        {"\xe0\x80\xaf", 3},             /* overlong / */
        {"\xf0\x80\x80\xaf", 4},         /* overlong / */
        {"\xed\xa0\x80", 3},             /* a surrogate */
        {"\xed\xa0\xbd\xed\xb8\x80", 6}, /* a pair of them */
        {"\xf4\x90\x80\x80", 4},         /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 4},         /* a lead that does not exist */
        {"\xff", 1},
        {"\xfe\xff", 2},
        {"\xc3", 1}, /* truncated */
        {"\xe2\x82", 1},
        {"\xf0\x9f\x98", 1},
        {"\xf0\x9f", 1},
        {"\xe2\x82\xe2\x82\xac", 1}, /* then a euro sign */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[32];
        const size_t size = (size_t)snprintf(text, sizeof text, "a%sb", rows[i].bytes);
        const int has_euro = strstr(text, "\xe2\x82\xac") != NULL;
        assert_tokens(PLAIN, text, size, has_euro ? "a|€|b" : "a|b");
        assert_int_equal(sn_utf8_count_invalid(text, size), rows[i].replaced);
        assert_tokens(PLAIN, text, size - 1, has_euro ? "a|€" : "a");
        assert_int_equal(sn_utf8_count_invalid(text, size - 1), rows[i].replaced);
    }
}

static void invalid_bytes_in_markup_separate(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "x <b \xff\xff> \xff!\xff! @\xff", 16, "x|!|!|@");
    assert_tokens(PLAIN, "\xef\xbf\xbd", 3, "");
    assert_tokens((sn_text_rule){0}, "\xff", 1, "\xff");
}

/* The token of `first` and many units after it, `expected` bytes long, leaves the next one alone.
 */
static void assert_long_token(const char *first, const char *unit, size_t count, size_t expected)
{
    const size_t length = strlen(unit), start = strlen(first), size = start + count * length;
    char *const text = malloc(size + 3);
    memcpy(text, first, start);
    for (size_t i = 0; i < count; i++)
        memcpy(text + start + i * length, unit, length);
    memcpy(text + size, " x", 3);
    size_t used;
    char *const joined = join(PLAIN, text, size + 2, ' ', &used);
    if (used != expected + 2 || memcmp(joined + expected, " x", 2) != 0)
        fail_msg("%s%s... became %.600s", first, unit, joined);
    free(joined);
    free(text);
}

static void long_tokens_are_cut(void **state)
{
    (void)state;
    assert_long_token("", "a", 255, 255);
    assert_long_token("", "a", 256, 256);
    assert_long_token("", "a", 257, 256);
    assert_long_token("", "A", 1 << 20, 256);
    assert_long_token("a", "'b", 1 << 18, 255); /* no ' at the end */
    assert_long_token("a", "'bc", 1 << 18, 256);
    assert_long_token("1", ".2", 100, 201);
    assert_long_token("1", ".2", 1 << 18, 255);
    assert_long_token("", "é", 1 << 19, 256);
    assert_long_token("", "e\xcc\x81", 1 << 19, 256);
    assert_long_token("", "가", 1 << 19, 255);
    assert_long_token("", "\xe1\x84\x80\xe1\x85\xa1", 1 << 19, 255); /* the same decomposed */
    assert_long_token("", "\xcc\x81", 1 << 19, 60);
    assert_long_token("", "ΐ", 1 << 18, 256);
    assert_long_token("👩", "\xe2\x80\x8d👩", 1 << 18, 249);
}

static void punctuation_in_rows_is_bounded(void **state)
{
    (void)state;
    assert_long_token("", "!", 1 << 20, 3);
    assert_long_token("", ".", 1 << 20, 3);
    assert_long_token("", "-", 1 << 20, 1);
    assert_long_token("", "。", 1 << 20, 9);
    assert_long_token("", "…", 1 << 20, 3);
}

static void a_tokenizer_changes_its_rule(void **state)
{
    (void)state;
    assert_tokens(PLAIN, "It's 我们!", 12, "it's|我|们|!");
    assert_tokens((sn_text_rule){0}, "It's so-so!", 11, "it's|so|so");
    assert_tokens(PAIRS, "It's 我们!", 12, "it's|我们|!");
}

/* What must hold of any text: tokens are UTF-8 without separators, and joined by spaces they give
 * the same tokens again. */
static void assert_properties(sn_text_rule rule, const char *text, size_t size)
{
    size_t used, again_used;
    char *const joined = join(rule, text, size, ' ', &used);
    for (size_t pos = 0; pos < used;) {
        int32_t code;
        pos += sn_utf8_decode(joined + pos, used - pos, &code);
        assert_int_not_equal(code, SN_UTF8_INVALID);
        assert_true(code == ' ' || sn_char_classify(code) != SN_CHAR_SPACE);
    }
    char *const again = join(rule, joined, used, ' ', &again_used);
    if (again_used != used || memcmp(again, joined, used) != 0)
        fail_msg("'%.*s' became '%s', and that '%s'", (int)size, text, joined, again);
    free(again);
    free(joined);
}

static void tokens_of_samples_stay(void **state)
{
    (void)state;
    static const struct {
        const sample *samples;
        size_t count;
    } all[] = {
        {ENGLISH, sizeof ENGLISH / sizeof *ENGLISH},
        {NUMBERS, sizeof NUMBERS / sizeof *NUMBERS},
        {MARKUP, sizeof MARKUP / sizeof *MARKUP},
        {FACES, sizeof FACES / sizeof *FACES},
        {EMOJI, sizeof EMOJI / sizeof *EMOJI},
        {LANGUAGES, sizeof LANGUAGES / sizeof *LANGUAGES},
        {UNSPACED, sizeof UNSPACED / sizeof *UNSPACED},
        {IN_PAIRS, sizeof IN_PAIRS / sizeof *IN_PAIRS},
        {UNCHANGED, sizeof UNCHANGED / sizeof *UNCHANGED},
    };
    for (size_t i = 0; i < sizeof CHANGED / sizeof CHANGED[0]; i++)
        assert_properties(PLAIN, CHANGED[i].text, strlen(CHANGED[i].text));
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t j = 0; j < all[i].count; j++) {
            const char *const text = all[i].samples[j].text;
            assert_properties(PLAIN, text, strlen(text));
            assert_properties(PAIRS, text, strlen(text));
            assert_properties(NO_DIGITS, text, strlen(text));
        }
}

/* Fills a text with pieces that mean something to the rule, in any order, or with any bytes. */
static size_t random_text(sn_rng *rng, char *text, size_t pieces, bool any_bytes)
{
    static const char *const parts[] = {
        "a",        "B",        "é",        "e\xcc\x81", "ß",        "1",  "٣",        ".",
        ",",        ":",        "/",        "'",         "’",        "-",  "—",        "_",
        "!",        "…",        "<",        ">",         "<b",       "</", "&",        "amp",
        ";",        "&amp;",    "&lt;",     "#",         "@",        "3",  "D",        ")",
        "(",        "我",       "が",       "ดี",         "한",       "ᄒ", "ᅡ",       "😀",
        "👩",        "‍",      "️",      "🏽",      "🇩",        "🇪",  "⃣",         "ــ",
        "\xc2\xad", " ",        "http://",  "www.",      "<url>",    "*",  "≠",        "\n",
        "\xff",     "\xe2\x82", "\xcc\x81", "\xcc\xb8",  "\xcd\x85", "=",  "\xc2\x92", "`",
        "Σ",        "İ",        "ʼ",        "ŉ",         "\xcc\x87", "i",  "<!--",     "-->",
        "<script>", "</script", "&amp;lt;"};
    enum { PARTS = sizeof parts / sizeof parts[0] };
    size_t used = 0;
    for (size_t i = 0; i < pieces; i++) {
        const char *const part = parts[sn_rng_below(rng, PARTS)];
        if (any_bytes)
            text[used++] = (char)sn_rng_below(rng, 256);
        else
            used += (size_t)snprintf(text + used, 16, "%s", part);
    }
    return used;
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    enum { TEXTS = 40000, PIECES = 24 };
    sn_rng rng;
    sn_rng_seed(&rng, 5, SN_RNG_DEMO);
    for (size_t i = 0; i < TEXTS; i++) {
        /* A block of exactly this size lets AddressSanitizer see a read past its end. */
        char buffer[PIECES * 16];
        const size_t size = random_text(&rng, buffer, sn_rng_below(&rng, PIECES) + 1, i % 4 == 0);
        char *const text = malloc(size);
        memcpy(text, buffer, size);
        assert_properties(i % 3 ? PLAIN : PAIRS, text, size);
        free(text);
    }
}

/* Soft hyphens everywhere change nothing, but they keep the rule from its short ways. */
static void the_short_ways_lead_to_the_same(void **state)
{
    (void)state;
    static const char *const parts[] = {"a", "B", "é", "İ", "Σ", "ß", "ж",  "ش",
                                        "א", "’", "`", "1", "٣", "'", ".",  ",",
                                        "/", "-", "_", "!", " ", "҈",  "한", "我"};
    enum { TEXTS = 40000, PIECES = 12 };
    sn_rng rng;
    sn_rng_seed(&rng, 6, SN_RNG_DEMO);
    for (size_t i = 0; i < TEXTS; i++) {
        char text[PIECES * 8] = "", other[PIECES * 8] = "";
        for (size_t used = 0, other_used = 0, piece = 0; piece < PIECES; piece++) {
            const char *const part = parts[sn_rng_below(&rng, sizeof parts / sizeof *parts)];
            used += (size_t)snprintf(text + used, 8, "%s", part);
            other_used += (size_t)snprintf(other + other_used, 8, "%s\xc2\xad", part);
        }
        size_t used;
        const sn_text_rule rule = i % 2 ? PLAIN : NO_DIGITS;
        char *const joined = join(rule, text, strlen(text), '|', &used);
        assert_tokens(rule, other, strlen(other), joined);
        free(joined);
    }
}

static char *in_form(const char *text, utf8proc_option_t option)
{
    uint8_t *result = NULL;
    const utf8proc_ssize_t size = utf8proc_map((const uint8_t *)text, 0, &result,
                                               UTF8PROC_NULLTERM | UTF8PROC_STABLE | option);
    assert_true(size >= 0);
    return (char *)result;
}

static void assert_forms_agree(const char *text)
{
    size_t used[2];
    char *const composed = in_form(text, UTF8PROC_COMPOSE);
    char *const decomposed = in_form(text, UTF8PROC_DECOMPOSE);
    char *const joined = join(PLAIN, composed, strlen(composed), '|', &used[0]);
    char *const other = join(PLAIN, decomposed, strlen(decomposed), '|', &used[1]);
    assert_string_equal(joined, other);
    free(joined);
    free(other);
    free(composed);
    free(decomposed);
}

/* Every character, where it can do harm: NFC and NFD of the text give the same tokens, and what
 * must hold of any text does. */
static void every_character_is_fine(void **state)
{
    (void)state;
    for (int32_t code = 1; code < 0xe0200; code += code == 0x323af ? 0xe0000 - 0x323af : 1) {
        char c[5] = {0}, text[64];
        c[sn_utf8_encode(code, c)] = '\0';
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        const size_t size =
            (size_t)snprintf(text, sizeof text, "%s x%s\xcc\x81%s%s\xcd\x85\xcc\xa3 1%s%s\xcc\xb8",
                             c, c, c, c, c, c);
        assert_properties(PLAIN, text, size);
        assert_forms_agree(text);
    }
}

static int free_tokenizer(void **state)
{
    (void)state;
    sn_tokenizer_free(&tokenizer);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_version_stays),
        cmocka_unit_test(unclosed_elements_take_linear_time),
        cmocka_unit_test(english),
        cmocka_unit_test(numbers),
        cmocka_unit_test(markup),
        cmocka_unit_test(faces),
        cmocka_unit_test(emoji),
        cmocka_unit_test(languages),
        cmocka_unit_test(scripts_without_spaces),
        cmocka_unit_test(nul_separates),
        cmocka_unit_test(invalid_bytes_separate_and_are_counted),
        cmocka_unit_test(invalid_bytes_in_markup_separate),
        cmocka_unit_test(long_tokens_are_cut),
        cmocka_unit_test(punctuation_in_rows_is_bounded),
        cmocka_unit_test(a_tokenizer_changes_its_rule),
        cmocka_unit_test(tokens_of_samples_stay),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(the_short_ways_lead_to_the_same),
        cmocka_unit_test(every_character_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, free_tokenizer);
}
