#include "report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "html.h"
#include "outputs.h"
#include "recognise.h"
#include "sections.h"
#include "terminal.h"

/* The styles and the script, and their names in the page's policy (scripts/cmake/embed.cmake). */
extern const char report_css[], report_css_hash[], report_js[], report_js_hash[];

static const report_section *const SECTIONS[] = {
    &CONFUSION_SECTION, &LABELS_SECTION, &RANKING_SECTION,  &CONFIDENCE_SECTION, &SLICES_SECTION,
    &MISTAKES_SECTION,  &WORDS_SECTION,  &LEARNING_SECTION, &MODEL_SECTION,
};
enum { SECTION_COUNT = sizeof SECTIONS / sizeof *SECTIONS };

/* Prints what stands before the body. The policy allows this style and this script only, and no
 * request at all. */
static void print_head(FILE *out, const findings *f)
{
    fprintf(out,
            REPORT_BEGINNING
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
            "<title>",
            report_css_hash, report_js_hash);
    put_html(out, f->subject->path);
    fprintf(out, " \xe2\x80\x93 seqnet report</title>\n<style>%s</style>\n</head>\n<body>\n",
            report_css);
}

static void print_contents(FILE *out, const findings *f)
{
    fputs("<nav aria-label=\"Sections\"><ul>\n", out);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (SECTIONS[i]->is_there(f))
            fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", SECTIONS[i]->id, SECTIONS[i]->title);
    fputs("</ul></nav>\n", out);
}

static seqnet_status print_sections(FILE *out, const findings *f, seqnet_error *err)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (SECTIONS[i]->is_there(f))
            TRY(SECTIONS[i]->print(out, f, err));
    return SEQNET_OK;
}

static seqnet_status print_page(FILE *out, const findings *f, seqnet_error *err)
{
    print_head(out, f);
    fputs("<a class=\"skip\" href=\"#content\">To the content</a>\n<header class=\"masthead\">\n",
          out);
    print_masthead(out, f);
    print_contents(out, f);
    fputs("</header>\n<main id=\"content\">\n", out);
    TRY(print_sections(out, f, err));
    fprintf(out,
            "</main>\n<footer>Made by seqnet %s. This page is one file: it loads nothing and sends "
            "nothing.</footer>\n<script>%s</script>\n</body>\n</html>\n",
            seqnet_version(), report_js);
    return SEQNET_OK;
}

/* Prints the page to a descriptor, which stays open. */
static seqnet_status print_to(int descriptor, const findings *f, const char *path,
                              seqnet_error *err)
{
    const int copy = dup(descriptor);
    FILE *const out = copy >= 0 ? fdopen(copy, "w") : NULL;
    if (!out) {
        if (copy >= 0)
            close(copy);
        return FAIL(err, SEQNET_ERR_WRITE, "%s: cannot be written: %s", path, strerror(errno));
    }
    const seqnet_status status = print_page(out, f, err);
    const bool is_broken = ferror(out) != 0;
    const bool is_closed = fclose(out) == 0;
    if (status == SEQNET_OK && (is_broken || !is_closed))
        return FAIL(err, SEQNET_ERR_WRITE, "%s: cannot be written: %s", path, strerror(errno));
    return status;
}

static seqnet_status write_page(const findings *f, const char *path, bool *replaced,
                                seqnet_error *err)
{
    seqnet_output *output;
    TRY(seqnet_output_open(&output, path, err));
    const seqnet_status status = print_to(seqnet_output_descriptor(output), f, path, err);
    if (status == SEQNET_OK)
        return seqnet_output_commit(output, replaced, err);
    seqnet_output_discard(output);
    return status;
}

static seqnet_status print_standard(const findings *f, seqnet_error *err)
{
    return print_page(stdout, f, err);
}

int write_report(const report_subject *subject, const char *path, bool force)
{
    findings f;
    seqnet_error err = {0};
    bool replaced = false;
    const bool is_standard = strcmp(path, "-") == 0;
    const int code = is_standard ? EXIT_DONE : check_plain_output(path, OUTPUT_REPORT, force);
    if (code != EXIT_DONE)
        return code;
    seqnet_status status = find_out(&f, subject, &err);
    if (status == SEQNET_OK) {
        status = is_standard ? print_standard(&f, &err) : write_page(&f, path, &replaced, &err);
        free_findings(&f);
    }
    if (status != SEQNET_OK)
        return fail(&err);
    if (!is_standard)
        note("wrote %s%s", path, replaced ? ", replacing an older report" : "");
    return EXIT_DONE;
}
