# Writes ${OUTPUT} from ${SOURCE}, touching it only where it changes, so that nothing is rebuilt
# without need. Run at build time, because the commit is not known when CMake configures.
execute_process(COMMAND git -C "${FOLDER}" rev-parse --short HEAD
  OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(COMMIT "no commit")
else()
  set(COMMIT "commit ${hash}")
endif()
configure_file("${SOURCE}" "${OUTPUT}" @ONLY)
