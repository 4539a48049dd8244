/* bit_log.c — a set of log indices; see bit_log.h. */
#include "analysis/bit_log.h"

enum { CHUNK_BITS = 15, CHUNK_WORDS = 1 << (CHUNK_BITS - 6) };

struct AnaBitLog {
    GPtrArray *chunks; /* guint64[CHUNK_WORDS], or NULL while untouched */
    guint64 n_dropped;
    guint64 first_chunk; /* number of chunks[0], index >> CHUNK_BITS; all before are dropped */
};

AnaBitLog *ana_bit_log_new(void)
{
    AnaBitLog *log = g_new0(AnaBitLog, 1);
    log->chunks = g_ptr_array_new_with_free_func(g_free);
    return log;
}

void ana_bit_log_free(AnaBitLog *log)
{
    if (!log)
        return;
    g_ptr_array_free(log->chunks, TRUE);
    g_free(log);
}

gboolean ana_bit_log_would_grow(const AnaBitLog *log, guint64 index)
{
    guint64 chunk = index >> CHUNK_BITS;
    return chunk >= log->first_chunk + log->chunks->len;
}

void ana_bit_log_add(AnaBitLog *log, guint64 index)
{
    guint64 chunk = index >> CHUNK_BITS;
    if (chunk < log->first_chunk)
        return; /* dropped: the caller no longer asks */
    while (chunk >= log->first_chunk + log->chunks->len)
        g_ptr_array_add(log->chunks, NULL);
    gpointer *place = &log->chunks->pdata[chunk - log->first_chunk];
    if (!*place)
        *place = g_new0(guint64, CHUNK_WORDS);
    guint64 bit = index & ((1u << CHUNK_BITS) - 1);
    ((guint64 *)*place)[bit >> 6] |= (guint64)1 << (bit & 63);
}

gboolean ana_bit_log_take(AnaBitLog *log, guint64 index)
{
    guint64 chunk = index >> CHUNK_BITS;
    if (chunk < log->first_chunk || chunk >= log->first_chunk + log->chunks->len)
        return FALSE;
    guint64 *words = log->chunks->pdata[chunk - log->first_chunk];
    guint64 bit = index & ((1u << CHUNK_BITS) - 1), mask = (guint64)1 << (bit & 63);
    gboolean was_in = words && (words[bit >> 6] & mask) != 0;
    if (was_in)
        words[bit >> 6] &= ~mask;
    return was_in;
}

void ana_bit_log_drop(AnaBitLog *log, guint64 index)
{
    guint64 keep = (index + 1) >> CHUNK_BITS; /* the first chunk with something above `index` */
    guint64 n = keep > log->first_chunk ? keep - log->first_chunk : 0;
    n = MIN(n, log->chunks->len);
    if (n == 0)
        return;
    for (guint c = 0; c < n; c++) {
        const guint64 *words = log->chunks->pdata[c];
        for (guint w = 0; words && w < CHUNK_WORDS; w++)
            log->n_dropped += (guint64)__builtin_popcountll(words[w]);
    }
    g_ptr_array_remove_range(log->chunks, 0, (guint)n);
    log->first_chunk += n;
}

guint64 ana_bit_log_n_dropped(const AnaBitLog *log)
{
    return log->n_dropped;
}

guint64 ana_bit_log_count_above(const AnaBitLog *log, guint64 index)
{
    guint64 n = 0;
    for (guint c = 0; c < log->chunks->len; c++) {
        const guint64 *words = log->chunks->pdata[c];
        guint64 base = (log->first_chunk + c) << CHUNK_BITS;
        for (guint w = 0; words && w < CHUNK_WORDS; w++) {
            guint64 low = base + 64 * w, word = words[w];
            if (index >= low + 63)
                continue;
            if (index >= low)
                word &= ~(guint64)0 << (index - low + 1);
            n += (guint64)__builtin_popcountll(word);
        }
    }
    return n;
}
