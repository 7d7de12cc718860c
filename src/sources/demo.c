/*
 * builtin:demo: draws a label, then from a small grammar a text that a reader would label so.
 *
 * The grammar is a table of symbols, each with alternatives separated by '|' (repeated to be drawn
 * more often). Inside an alternative [+name] stands for the symbol in the polarity of its
 * surroundings, [-name] for the symbol in the opposite one, and [name] for a symbol without
 * polarity. So "[-detail], but [+claim]" is a text whose clause after `but` decides, and the label
 * of a text is the polarity its `text` symbol was expanded with. Negators and conjunctions are the
 * same for both labels and nearly every text holds words of both kinds: only their order tells the
 * labels apart.
 */
#include <string.h>

#include "generated.h"
#include "memory.h"

#include "banned.h"

struct symbol {
    const char *name;
    /* Alternatives. */
    const char *negative;
    /* NULL: the same alternatives for both polarities. */
    const char *positive;
};

static const struct symbol GRAMMAR[] = {
    {"text",
     "[+plain]|[+plain]|[+plain]|[+opinion].|[+opinion].|[+opinion]. [fact].|[fact]. [+opinion].|"
     "[+others]|[+others]",
     NULL},
    {"plain", "[+claim]. [fact].|[fact]. [+claim].|[+overall], and [+detail].|[+claim]. [fact].",
     NULL},

    /* Two sides of the film: the main clause or the later one decides. */
    {"opinion", "[+contrast]|[+contrast]|[+concession]|[+concession]|[+expectation]", NULL},
    {"contrast",
     "[-detail], but [+claim]|[-detail], but [+claim]|[-detail], yet [+overall]|"
     "[-detail]. Still, [+overall]|[-detail] and [-detail], but [+overall]",
     NULL},
    {"concession",
     "although [-detail], [+claim]|even though [-detail], [+overall]|"
     "[+overall], although [-detail]|[+overall] even though [-detail]|"
     "despite [-feature], [+overall]|[+overall] despite [-feature]",
     NULL},
    {"expectation",
     "I expected something [-adjective], but [+claim]|"
     "the trailer looked [-adjective], but [+claim]|"
     "[part] could have been [-strong], but [+claim]|I was told that [-verdict], but [+overall]",
     NULL},

    /* What others think does not count, whether or not the writer agrees. */
    {"others",
     "[-hearsay], but [+claim].|[-hearsay]. [+overall].|[+overall]. [-hearsay].|"
     "[+hearsay]. [+overall].|[+overall], although [-hearsay].|although [-hearsay], [+claim].",
     NULL},
    {"hearsay",
     "[other] [+liked] [subject]|[other] [+liked] [subject]|[subject] [+touched] [other]|"
     "[other] thought [subject] was [+judged]|"
     "[other] found [subject] [+praised]|[other] said that [+verdict]",
     NULL},

    {"claim", "[+overall]|[+detail]", NULL},
    {"overall",
     "[whole] was [+judged]|[whole] was [+judged]|[whole] [+touched] me|I [+liked] [whole]|"
     "I would call [whole] [+adjective]|I [would_not] call [whole] [-adjective]",
     NULL},
    {"detail", "[+verdict]|[+verdict]|[part] [+touched] me|[parts] [+touched] me|I [+liked] [part]",
     NULL},
    {"verdict", "[part] was [+judged]|[part] was [+judged]|[parts] were [+judged]", NULL},

    {"judged", "[+praised]|[+praised]|[+praised]|[-denied]", NULL},
    {"praised", "[+mild]|[very] [+mild]|[+strong]|[utterly] [+strong]|[+thing]", NULL},
    {"denied",
     "not [+mild]|never [+mild]|hardly [+mild]|not at all [+mild]|far from [+adjective]|"
     "anything but [+adjective]|by no means [+adjective]|hardly [+thing]",
     NULL},
    {"touched", "[+moved]|really [+moved]|[-unmoved]", NULL},
    {"unmoved", "never [+moved]|did not [+move]|didn't [+move]", NULL},

    {"adjective", "[+mild]|[+strong]", NULL},
    {"mild", "bad|dull|clumsy|boring|silly|slow|predictable|tedious|shallow|flat|stale|forgettable",
     "good|funny|clever|charming|witty|lively|convincing|exciting|original|fresh|smart|touching"},
    {"strong", "awful|terrible|dreadful|horrible|atrocious|abysmal",
     "wonderful|superb|brilliant|excellent|fantastic|marvelous"},
    {"thing", "a disaster|a mess|a failure|a letdown|a chore to watch",
     "a triumph|a delight|a masterpiece|a gem|a joy to watch"},
    {"liked", "hated|disliked|loathed|resented", "loved|enjoyed|admired|liked"},
    {"moved", "bored|annoyed|disappointed|tired", "moved|charmed|impressed|delighted"},
    {"move", "bore|annoy|disappoint|tire", "move|charm|impress|delight"},
    {"feature", "its [+adjective] [aspect]|the [+adjective] [aspect]", NULL},

    {"would_not", "would not|would never|cannot", NULL},
    {"very", "very|really|quite|so", NULL},
    {"utterly", "absolutely|simply|truly|utterly", NULL},
    {"subject", "[whole]|[part]", NULL},
    {"whole", "the film|this movie|the whole thing|this picture", NULL},
    {"part", "the [aspect]", NULL},
    {"aspect",
     "plot|story|acting|script|music|ending|dialogue|cast|opening|villain|heroine|camera work",
     NULL},
    {"parts", "the jokes|the songs|the actors|the costumes|the effects|the characters", NULL},
    {"other",
     "my brother|my sister|my father|my wife|our neighbor|a friend|a colleague|everyone else|"
     "one critic",
     NULL},

    {"fact",
     "I saw it [company] [time]|we watched it [place] [time]|"
     "it was filmed in [city] [period]|it follows a [hero] in [city]|"
     "it tells of a [hero] and a [hero]",
     NULL},
    {"company", "with a friend|with my parents|with two students|with my cousin|alone", NULL},
    {"place", "at home|on a plane|at a festival|in a small theater|on a train|in town", NULL},
    {"time", "on Friday|on a rainy Sunday|last night|in January|after work|last summer", NULL},
    {"city", "Paris|Rome|Chicago|London|Tokyo|Boston|Berlin|Dublin", NULL},
    {"period", "in the fifties|before the war|during one winter|over ten years|in a single week",
     NULL},
    {"hero", "nurse|detective|teacher|sailor|painter|lawyer|farmer|pianist|thief|widow", NULL},
};

enum {
    DRAFT_MAX = 512, /* over twice the longest text of the grammar */
    TRIES = 8        /* draws before a word may be used again */
};

struct draft {
    char text[DRAFT_MAX];
    size_t length;
    sn_rng *rng;
};

struct piece {
    const char *start;
    size_t length;
};

static void append(struct draft *draft, struct piece piece)
{
    const size_t room = sizeof draft->text - draft->length;
    const size_t length = piece.length < room ? piece.length : room;
    memcpy(draft->text + draft->length, piece.start, length);
    draft->length += length;
}

static bool contains(const struct draft *draft, struct piece piece)
{
    for (size_t i = 0; i + piece.length <= draft->length; i++)
        if (memcmp(draft->text + i, piece.start, piece.length) == 0)
            return true;
    return false;
}

static struct piece pick(const char *alternatives, sn_rng *rng)
{
    size_t count = 1;
    for (const char *c = alternatives; *c; c++)
        count += *c == '|';
    for (uint64_t skip = sn_rng_below(rng, count); skip > 0; skip--)
        alternatives += strcspn(alternatives, "|") + 1;
    return (struct piece){alternatives, strcspn(alternatives, "|")};
}

/* Prefers what the text does not say yet, so that no plot is dull here and clever there. */
static struct piece pick_fresh(const char *alternatives, const struct draft *draft)
{
    struct piece piece = pick(alternatives, draft->rng);
    for (int tries = 1; tries < TRIES && contains(draft, piece); tries++)
        piece = pick(alternatives, draft->rng);
    return piece;
}

/* The alternatives of the symbol called `name`; NULL if there is none. */
static const char *alternatives_of(struct piece name, bool positive)
{
    for (size_t i = 0; i < sizeof GRAMMAR / sizeof GRAMMAR[0]; i++) {
        const struct symbol *const symbol = &GRAMMAR[i];
        if (strlen(symbol->name) == name.length &&
            memcmp(symbol->name, name.start, name.length) == 0)
            return positive && symbol->positive ? symbol->positive : symbol->negative;
    }
    return NULL;
}

static void expand(struct draft *draft, struct piece form, bool positive);

/* Expands `reference`, the inside of a pair of brackets. A name that the grammar lacks stays in the
 * text, where the tests find it. */
static void expand_reference(struct draft *draft, struct piece reference, bool positive)
{
    const bool flips = reference.start[0] == '-';
    const size_t sign = flips || reference.start[0] == '+';
    const struct piece name = {reference.start + sign, reference.length - sign};
    const char *const alternatives = alternatives_of(name, positive != flips);
    if (alternatives)
        expand(draft, pick_fresh(alternatives, draft), positive != flips);
    else
        append(draft, (struct piece){reference.start - 1, reference.length + 2});
}

/* Appends `form` to the draft with every reference in it expanded. */
static void expand(struct draft *draft, struct piece form, bool positive)
{
    const char *const end = form.start + form.length;
    for (const char *at = form.start; at < end;) {
        const bool reference = *at == '[';
        const char *const start = at + reference;
        const char *const stop = memchr(start, reference ? ']' : '[', (size_t)(end - start));
        const struct piece piece = {start, (size_t)((stop ? stop : end) - start)};
        if (reference)
            expand_reference(draft, piece, positive);
        else
            append(draft, piece);
        at = start + piece.length + reference;
    }
}

/* Every sentence starts with a capital: the first letter and the one after each period. */
static void capitalise(struct draft *draft)
{
    bool starts = true;
    for (size_t i = 0; i < draft->length; i++) {
        char *const c = &draft->text[i];
        if (starts && *c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        starts = *c == '.' || (starts && *c == ' ');
    }
}

static void draw_text(void *block, sn_rng *rng, bool label, const char **text, size_t *text_length)
{
    static const char whole[] = "[+text]";
    struct draft *const draft = block;
    draft->rng = rng;
    draft->length = 0;
    expand(draft, (struct piece){whole, sizeof whole - 1}, label);
    capitalise(draft);
    *text = draft->text;
    *text_length = draft->length;
}

static seqnet_status prepare_draft(void **block, size_t length, seqnet_error *err)
{
    (void)length;
    return sn_alloc(block, 1, sizeof(struct draft), err);
}

const sn_generated_corpus sn_demo_corpus = {.name = "builtin:demo",
                                            .labels = {"negative", "positive"},
                                            .default_size = 40000,
                                            .purpose = SN_RNG_DEMO,
                                            .prepare = prepare_draft,
                                            .draw = draw_text};
