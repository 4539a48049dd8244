/*
 * files.h — data files that a scenario names: which may be read, their contents and digests.
 *
 * Relative names are relative to the scenario's folder. Nothing outside that folder is read unless
 * it is allowed, links resolved, so that other people's scenarios are safe to run. A scenario that
 * is built in reads from a look-up function instead. Each file is read once.
 */
#ifndef SCN_FILES_H
#define SCN_FILES_H

#include "scenarios/format/csv.h"

#define SCN_FILE_BYTES_MAX (64u * 1024u * 1024u)

/* Contents of a built-in data file, or NULL; the caller unrefs. */
typedef GBytes *(*ScnDataLookup)(void *data, const char *name);

typedef struct ScnFilesOptions {
    const char *folder;   /* of the scenario; NULL: none, so nothing can be read */
    gboolean allow_path;  /* files outside the folder too */
    ScnDataLookup lookup; /* for names that begin with builtin: … ; NULL: there are none */
    void *lookup_data;
} ScnFilesOptions;

typedef struct ScnDataFile {
    char *name;   /* as the scenario says */
    char *sha256; /* of the contents, in hex */
    GBytes *bytes;
    ScnCsv *csv; /* once it was read as a table; NULL before */
} ScnDataFile;

typedef enum ScnFileProblem {
    SCN_FILE_OK,
    SCN_FILE_IS_OUTSIDE, /* and must not be read */
    SCN_FILE_CANNOT_BE_READ,
    SCN_FILE_IS_TOO_LARGE
} ScnFileProblem;

typedef struct ScnFiles ScnFiles;

ScnFiles *scn_files_new(const ScnFilesOptions *options);
void scn_files_free(ScnFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScnFiles, scn_files_free)

/* The file of that name, or NULL, the problem, and why in words (caller frees). */
ScnDataFile *scn_files_read(ScnFiles *files, const char *name, ScnFileProblem *problem, char **why);
/* Every file read so far, in the order of names. */
gsize scn_files_count(const ScnFiles *files);
const ScnDataFile *scn_files_get(const ScnFiles *files, gsize i);

#endif
