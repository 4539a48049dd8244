/*
 * replay.c — runs a fuzz target on every file of the folders that are named, in name order, without
 * a fuzzer: the committed corpus is part of the ordinary tests.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The number of files run, or -1 where the folder cannot be read. */
static int replay_folder(const char *folder)
{
    GDir *open = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    if (!open)
        return -1;
    while ((name = g_dir_read_name(open)))
        g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    g_dir_close(open);
    g_ptr_array_sort(names, by_text);
    for (guint i = 0; i < names->len; i++) {
        char *bytes;
        gsize length;
        const char *path = g_ptr_array_index(names, i);
        if (!g_file_get_contents(path, &bytes, &length, NULL))
            return -1;
        printf("%s\n", path); /* the last line says which one it was */
        fflush(stdout);
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
        g_free(bytes);
    }
    return (int)names->len;
}

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++) {
        int n = replay_folder(argv[i]);
        if (n < 0) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        files += n;
    }
    printf("%d files\n", files);
    return files > 0 ? 0 : 1;
}
