/*
 * world_view.h — what the meters must know of a world, drawn from its setup.
 *
 * analysis/ knows no setup and models/ no meter; this is the seam.
 */
#ifndef CLI_WORLD_VIEW_H
#define CLI_WORLD_VIEW_H

#include "analysis/meters.h"
#include "models/setup.h"

/* Owns the arrays that `world` points to; names are borrowed from the setup. */
typedef struct CliWorldView {
    AnaWorld world;
} CliWorldView;

CliWorldView *cli_world_view_new(const RepSetup *setup);
void cli_world_view_free(CliWorldView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliWorldView, cli_world_view_free)

#endif
