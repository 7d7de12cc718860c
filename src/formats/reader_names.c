#include "reader_names.h"

#include <string.h>
#include <strings.h>

#include "banned.h"

/* The best name comes first: a title is the text only when there is no other text. Names of other
 * languages than English follow. */
static const char *const TEXT_NAMES[] = {
    "text",      "review",      "reviews",     "sentence",   "comment",     "content",
    "body",      "message",     "tweet",       "document",   "description", "question",
    "post",      "title",       "texte",       "texto",      "testo",       "tekst",
    "avis",      "commentaire", "comentario",  "comentário", "commento",    "kommentar",
    "bewertung", "recensione",  "reseña",      "resenha",    "mensaje",     "nachricht",
    "текст",     "отзыв",       "комментарий", "сообщение",  "文本",        "文章",
    "内容",      "评论",        "評論",        "句子",       "テキスト",    "本文",
    "レビュー",  "문장",        "텍스트",      "리뷰",       "metin",       "yorum",
    "النص",      "نص"};
static const char *const LABEL_NAMES[] = {"label",
                                          "labels",
                                          "sentiment",
                                          "class",
                                          "category",
                                          "target",
                                          "stars",
                                          "rating",
                                          "score",
                                          "polarity",
                                          "airline_sentiment",
                                          "y",
                                          "intent",
                                          "topic",
                                          "étiquette",
                                          "etiquette",
                                          "libellé",
                                          "classe",
                                          "catégorie",
                                          "etiqueta",
                                          "clase",
                                          "categoría",
                                          "rótulo",
                                          "categoria",
                                          "etichetta",
                                          "klasse",
                                          "kategorie",
                                          "stimmung",
                                          "sentimento",
                                          "sentimiento",
                                          "метка",
                                          "класс",
                                          "категория",
                                          "标签",
                                          "標籤",
                                          "类别",
                                          "類別",
                                          "情感",
                                          "ラベル",
                                          "カテゴリ",
                                          "레이블",
                                          "라벨",
                                          "분류",
                                          "etiket",
                                          "sınıf",
                                          "kategori",
                                          "التصنيف"};

static sn_name trimmed(sn_name name)
{
    while (name.length > 0 && name.bytes[0] == ' ') {
        name.bytes++;
        name.length--;
    }
    while (name.length > 0 && name.bytes[name.length - 1] == ' ')
        name.length--;
    return name;
}

static size_t rank_in(const char *const *known, size_t count, sn_name name)
{
    const sn_name bare = trimmed(name);
    for (size_t i = 0; i < count; i++)
        if (strlen(known[i]) == bare.length && strncasecmp(known[i], bare.bytes, bare.length) == 0)
            return i;
    return SN_NAME_UNKNOWN;
}

size_t sn_text_name_rank(sn_name name)
{
    return rank_in(TEXT_NAMES, sizeof TEXT_NAMES / sizeof TEXT_NAMES[0], name);
}

size_t sn_label_name_rank(sn_name name)
{
    return rank_in(LABEL_NAMES, sizeof LABEL_NAMES / sizeof LABEL_NAMES[0], name);
}

static bool same(sn_name one, sn_name other)
{
    return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

bool sn_name_equals(sn_name name, sn_name asked)
{
    return same(name, asked) || same(trimmed(name), asked);
}

bool sn_name_is(sn_name name, const char *asked)
{
    return asked && sn_name_equals(name, (sn_name){asked, strlen(asked)});
}

sn_name sn_name_piece(const char **list)
{
    const char *const comma = strchr(*list, ',');
    const sn_name piece = {*list, comma ? (size_t)(comma - *list) : strlen(*list)};
    *list = comma ? comma + 1 : NULL;
    return trimmed(piece);
}

static bool is_control(unsigned char byte)
{
    return byte < ' ' || byte == 0x7f;
}

void sn_names_add(char *list, size_t room, const char *between, sn_name name)
{
    static const char MORE[] = "...";
    enum { MORE_LENGTH = sizeof MORE - 1, RESERVE = 8 };
    const size_t used = strlen(list), gap = used ? strlen(between) : 0;
    if (used >= MORE_LENGTH && strcmp(list + used - MORE_LENGTH, MORE) == 0)
        return; /* the list is full */
    char *const shown = list + used + gap;
    if (name.length > room || used + gap + name.length + RESERVE > room) {
        memcpy(list + used, MORE, sizeof MORE);
        return;
    }
    memcpy(list + used, between, gap);
    for (size_t i = 0; i < name.length; i++)
        shown[i] = is_control((unsigned char)name.bytes[i]) ? '?' : name.bytes[i];
    shown[name.length] = '\0';
}
