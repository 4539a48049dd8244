/* version.h — which program this is; the texts come from CMake. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

/* REPLSIM_VERSION, e.g. "0.1.0", is the project's version in CMakeLists.txt. */
extern const char cli_build_commit[];   /* "commit 8d2e41f", or "commit unknown" */
extern const char cli_build_compiler[]; /* "gcc 12.2.0" */
extern const char cli_build_machine[];  /* "x86_64-linux" */

#endif
