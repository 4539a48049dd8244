/*
 * bit_log.h — private to analysis/: a set of log indices, mostly dense, whose old part is dropped.
 *
 * Bits in chunks that are allocated when first touched and freed from the front.
 */
#ifndef ANA_BIT_LOG_H
#define ANA_BIT_LOG_H

#include <glib.h>

typedef struct AnaBitLog AnaBitLog;

AnaBitLog *ana_bit_log_new(void);
void ana_bit_log_free(AnaBitLog *log);

void ana_bit_log_add(AnaBitLog *log, guint64 index);
/* TRUE where adding `index` would allocate a chunk: a moment to drop old ones. */
gboolean ana_bit_log_would_grow(const AnaBitLog *log, guint64 index);
/* TRUE where `index` was a member; it is none afterwards. */
gboolean ana_bit_log_take(AnaBitLog *log, guint64 index);
/* May drop any index up to `index`. */
void ana_bit_log_drop(AnaBitLog *log, guint64 index);
/* Number of members that were dropped. */
guint64 ana_bit_log_n_dropped(const AnaBitLog *log);
/* Number of members above `index`, of those that were not dropped. */
guint64 ana_bit_log_count_above(const AnaBitLog *log, guint64 index);

#endif
