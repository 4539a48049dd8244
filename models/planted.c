/* planted.c — the switch of the planted bugs; see planted.h. Empty in normal builds. */
#include "models/planted.h"

#ifdef REP_PLANTED_BUGS
RepPlantedBug rep_planted_bug = REP_BUG_NONE;

#define NAME(name) #name,
const char *const rep_planted_names[] = {"none", REP_PLANTED_EACH(NAME)};
#endif
