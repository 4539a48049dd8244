/* store.c — see store.h. */
#include "cli/store.h"

#include "cli/terminal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* ---- one file ----------------------------------------------------------------------------- */

/* errno says why where it fails. */
static gboolean write_all(const char *path, const CliFile *content)
{
    FILE *file = fopen(path, "wbe");
    if (!file)
        return FALSE;
    errno = 0;
    gboolean written = content->write
                           ? content->write(content->data, file)
                           : fwrite(content->bytes, 1, content->length, file) == content->length;
    int problem = written ? 0 : errno ? errno : EIO;
    if (fclose(file) != 0 && problem == 0)
        problem = errno;
    errno = problem;
    return problem == 0;
}

CliStatus cli_store_file(const CliFile *file)
{
    struct stat status;
    /* A device or pipe is written to; only a file is replaced. */
    gboolean replaceable = g_stat(file->name, &status) != 0 || S_ISREG(status.st_mode);
    g_autofree char *temporary = replaceable
                                     ? g_strdup_printf("%s.tmp-%d", file->name, (int)getpid())
                                     : g_strdup(file->name);
    gboolean written = write_all(temporary, file);
    if (written && replaceable)
        written = g_rename(temporary, file->name) == 0;
    if (written)
        return CLI_OK;
    int problem = errno;
    if (replaceable)
        g_unlink(temporary);
    cli_error("cannot write '%s': %s", file->name, g_strerror(problem));
    return CLI_ENVIRONMENT;
}

/* ---- folders ------------------------------------------------------------------------------ */

/* A folder of files, as all of ours are. */
static void remove_folder(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_unlink(file);
    }
    if (folder)
        g_dir_close(folder);
    g_rmdir(path);
}

/* Puts the finished folder in its place; what was there goes. */
static gboolean move_in(const char *from, const char *to)
{
    if (g_rename(from, to) == 0)
        return TRUE;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
        return FALSE;
    g_autofree char *old = g_strdup_printf("%s.old", from);
    if (g_rename(to, old) != 0)
        return FALSE;
    if (g_rename(from, to) == 0) {
        remove_folder(old);
        return TRUE;
    }
    int problem = errno;
    if (g_rename(old, to) != 0)
        cli_error("what stood in '%s' is now in '%s'", to, old);
    errno = problem;
    return FALSE;
}

/* results/latest -> name. Not being able to is no failure of the run: some file systems have no
 * links. */
void cli_store_latest(const char *results, const char *name)
{
    g_autofree char *link = g_build_filename(results, "latest", NULL);
    g_autofree char *temporary = g_strdup_printf("%s/.latest-%d", results, (int)getpid());
    g_unlink(temporary);
    if (symlink(name, temporary) != 0 || g_rename(temporary, link) != 0) {
        cli_warning("'%s' could not be set: %s", link, g_strerror(errno));
        g_unlink(temporary);
    }
}

static CliStatus refused(const char *results, int problem)
{
    cli_error("cannot write results into '%s': %s (--results DIR puts them elsewhere, --no-save "
              "keeps nothing)",
              results, g_strerror(problem));
    return CLI_ENVIRONMENT;
}

CliStatus cli_store_check(const char *results)
{
    if (g_mkdir_with_parents(results, 0777) != 0 || g_access(results, W_OK | X_OK) != 0)
        return refused(results, errno);
    return CLI_OK;
}

CliStatus cli_store_folder(const char *results, const char *name, const CliFile *files, gsize n)
{
    g_autofree char *temporary = g_strdup_printf("%s/.%s.tmp-XXXXXX", results, name);
    g_autofree char *place = g_build_filename(results, name, NULL);
    if (cli_store_check(results) != CLI_OK)
        return CLI_ENVIRONMENT;
    if (!g_mkdtemp_full(temporary, 0755))
        return refused(results, errno);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_build_filename(temporary, files[i].name, NULL);
        if (write_all(path, &files[i]))
            continue;
        cli_error("cannot write '%s/%s': %s", place, files[i].name, g_strerror(errno));
        remove_folder(temporary);
        return CLI_ENVIRONMENT;
    }
    if (!move_in(temporary, place)) {
        cli_error("cannot write '%s': %s", place, g_strerror(errno));
        remove_folder(temporary);
        return CLI_ENVIRONMENT;
    }
    cli_store_latest(results, name);
    return CLI_OK;
}

char *cli_store_read(const char *results, const char *name, const char *file, gsize *length)
{
    g_autofree char *path = g_build_filename(results, name, file, NULL);
    char *bytes = NULL;
    return g_file_get_contents(path, &bytes, length, NULL) ? bytes : NULL;
}
