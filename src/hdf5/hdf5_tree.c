#include "hdf5_tree.h"

#include <stdlib.h>
#include <string.h>

#include "banned.h"

/* Each element of the lists begins with its path. */
static int compare_paths(const void *one, const void *other)
{
    const char *const *const a = one, *const *const b = other;
    return strcmp(*a, *b);
}

static int compare_texts(const void *one, const void *other)
{
    const sn_hdf5_texts *const a = one, *const b = other;
    const int paths = strcmp(a->path, b->path);
    return paths ? paths : strcmp(a->name, b->name);
}

void sn_hdf5_sort(sn_hdf5 *tree)
{
    if (tree->group_count)
        qsort(tree->groups, tree->group_count, sizeof *tree->groups, compare_paths);
    if (tree->texts_count)
        qsort(tree->texts, tree->texts_count, sizeof *tree->texts, compare_texts);
    if (tree->array_count)
        qsort(tree->arrays, tree->array_count, sizeof *tree->arrays, compare_paths);
    if (tree->omitted_count)
        qsort(tree->omitted, tree->omitted_count, sizeof *tree->omitted, compare_paths);
}

const sn_hdf5_texts *sn_hdf5_find_texts(const sn_hdf5 *tree, const char *path, const char *name)
{
    const sn_hdf5_texts key = {.path = (char *)(uintptr_t)path, .name = (char *)(uintptr_t)name};
    return tree->texts_count
               ? bsearch(&key, tree->texts, tree->texts_count, sizeof key, compare_texts)
               : NULL;
}

sn_hdf5_array *sn_hdf5_find_array(const sn_hdf5 *tree, const char *path)
{
    return tree->array_count ? bsearch(&path, tree->arrays, tree->array_count, sizeof *tree->arrays,
                                       compare_paths)
                             : NULL;
}

const char *sn_hdf5_find_omitted(const sn_hdf5 *tree, const char *path)
{
    const sn_hdf5_omitted *const found = tree->omitted_count
                                             ? bsearch(&path, tree->omitted, tree->omitted_count,
                                                       sizeof *tree->omitted, compare_paths)
                                             : NULL;
    return found ? found->why : NULL;
}

void sn_hdf5_free(sn_hdf5 *tree)
{
    for (size_t i = 0; i < tree->group_count; i++)
        free(tree->groups[i]);
    for (size_t i = 0; i < tree->texts_count; i++) {
        for (size_t j = 0; j < tree->texts[i].count; j++)
            free(tree->texts[i].texts[j]);
        free(tree->texts[i].texts);
        free(tree->texts[i].name);
        free(tree->texts[i].path);
    }
    for (size_t i = 0; i < tree->array_count; i++) {
        free(tree->arrays[i].values);
        free(tree->arrays[i].path);
    }
    for (size_t i = 0; i < tree->omitted_count; i++) {
        free(tree->omitted[i].why);
        free(tree->omitted[i].path);
    }
    free(tree->groups);
    free(tree->texts);
    free(tree->arrays);
    free(tree->omitted);
    *tree = (sn_hdf5){0};
}
