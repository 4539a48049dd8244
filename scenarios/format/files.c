/*
 * files.c — reading data files; GLib's file functions and realpath().
 *
 * A file is opened without waiting and must be a regular one, so that a pipe or a device under a
 * harmless name can neither hang the program nor feed it without end.
 */
#include "scenarios/format/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names of files that the program carries, so that a built-in scenario stays valid where it is
 * copied to. */
#define BUILTIN_PREFIX "builtin:"

struct ScnFiles {
    char *folder; /* resolved; NULL: none */
    gboolean allow_path;
    ScnDataLookup lookup;
    void *lookup_data;
    GPtrArray *files; /* ScnDataFile *, by name */
};

static void data_file_free(void *pointer)
{
    ScnDataFile *file = pointer;
    g_free(file->name);
    g_free(file->sha256);
    g_bytes_unref(file->bytes);
    scn_csv_free(file->csv);
    g_free(file);
}

ScnFiles *scn_files_new(const ScnFilesOptions *options)
{
    ScnFiles *files = g_new0(ScnFiles, 1);
    if (options->folder) {
        char *resolved = realpath(options->folder, NULL);
        files->folder = g_strdup(resolved);
        free(resolved);
    }
    files->allow_path = options->allow_path;
    files->lookup = options->lookup;
    files->lookup_data = options->lookup_data;
    files->files = g_ptr_array_new_with_free_func(data_file_free);
    return files;
}

void scn_files_free(ScnFiles *files)
{
    if (!files)
        return;
    g_free(files->folder);
    g_ptr_array_unref(files->files);
    g_free(files);
}

gsize scn_files_count(const ScnFiles *files)
{
    return files->files->len;
}

const ScnDataFile *scn_files_get(const ScnFiles *files, gsize i)
{
    return g_ptr_array_index(files->files, i);
}

static gboolean is_inside(const char *path, const char *folder)
{
    gsize length = strlen(folder);
    if (strcmp(folder, "/") == 0 || strcmp(path, folder) == 0)
        return TRUE;
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* All bytes of an open file, or NULL and the problem. */
static GBytes *read_all(int file, ScnFileProblem *problem, char **why)
{
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        *problem = SCN_FILE_CANNOT_BE_READ;
        *why = g_strdup("it is not a regular file");
        return NULL;
    }
    GByteArray *bytes = g_byte_array_new();
    guint8 buffer[65536];
    ssize_t n;
    while ((n = read(file, buffer, sizeof buffer)) > 0 && bytes->len <= SCN_FILE_BYTES_MAX)
        g_byte_array_append(bytes, buffer, (guint)n);
    if (n >= 0 && bytes->len <= SCN_FILE_BYTES_MAX)
        return g_byte_array_free_to_bytes(bytes);
    *problem = n < 0 ? SCN_FILE_CANNOT_BE_READ : SCN_FILE_IS_TOO_LARGE;
    *why = n < 0 ? g_strdup(g_strerror(errno))
                 : g_strdup_printf("%u MiB are the most", SCN_FILE_BYTES_MAX >> 20);
    g_byte_array_unref(bytes);
    return NULL;
}

static GBytes *read_path(const char *path, ScnFileProblem *problem, char **why)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        *problem = SCN_FILE_CANNOT_BE_READ;
        *why = g_strdup(g_strerror(errno));
        return NULL;
    }
    GBytes *bytes = read_all(file, problem, why);
    close(file);
    return bytes;
}

static GBytes *read_name(const ScnFiles *files, const char *name, ScnFileProblem *problem,
                         char **why)
{
    if (!files->folder && !(files->allow_path && g_path_is_absolute(name))) {
        *problem = SCN_FILE_CANNOT_BE_READ;
        *why = g_strdup("the scenario has no folder");
        return NULL;
    }
    g_autofree char *path =
        g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(files->folder, name, NULL);
    char *real = realpath(path, NULL);
    if (!real) {
        *problem = SCN_FILE_CANNOT_BE_READ;
        *why = g_strdup(g_strerror(errno));
        return NULL;
    }
    GBytes *bytes = NULL;
    if (files->allow_path || is_inside(real, files->folder)) {
        bytes = read_path(real, problem, why);
    } else {
        *problem = SCN_FILE_IS_OUTSIDE;
        *why = g_strdup("it is outside the scenario's folder");
    }
    free(real);
    return bytes;
}

static GBytes *look_up(const ScnFiles *files, const char *name, ScnFileProblem *problem, char **why)
{
    GBytes *bytes =
        files->lookup ? files->lookup(files->lookup_data, name + strlen(BUILTIN_PREFIX)) : NULL;
    if (!bytes) {
        *problem = SCN_FILE_CANNOT_BE_READ;
        *why = g_strdup("no such file is built in");
    }
    return bytes;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp((*(ScnDataFile *const *)a)->name, (*(ScnDataFile *const *)b)->name);
}

ScnDataFile *scn_files_read(ScnFiles *files, const char *name, ScnFileProblem *problem, char **why)
{
    *problem = SCN_FILE_OK;
    *why = NULL;
    for (guint i = 0; i < files->files->len; i++) {
        ScnDataFile *known = g_ptr_array_index(files->files, i);
        if (strcmp(known->name, name) == 0)
            return known;
    }
    GBytes *bytes = g_str_has_prefix(name, BUILTIN_PREFIX) ? look_up(files, name, problem, why)
                                                           : read_name(files, name, problem, why);
    if (!bytes)
        return NULL;
    ScnDataFile *file = g_new0(ScnDataFile, 1);
    file->name = g_strdup(name);
    file->bytes = bytes;
    file->sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    g_ptr_array_add(files->files, file);
    g_ptr_array_sort(files->files, by_name);
    return file;
}
