/* offence.c — see offence.h. */
#include "analysis/offence.h"

AnaOffence *ana_offence_copy(const AnaOffence *offence)
{
    if (!offence)
        return NULL;
    AnaOffence *copy = g_new(AnaOffence, 1);
    *copy = *offence;
    copy->calls = g_memdup2(offence->calls, offence->n * sizeof *offence->calls);
    return copy;
}

void ana_offence_free(AnaOffence *offence)
{
    if (!offence)
        return;
    g_free(offence->calls);
    g_free(offence);
}
