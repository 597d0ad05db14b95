# SPDX-License-Identifier: BSD-3-Clause
# cmake -D COMPILER=... -D INCLUDES=folders -D PROCESSOR=native -D COMMON=header -P: precompiles the header beside itself,
# where both GCC and Clang look for it.
include(${CMAKE_CURRENT_LIST_DIR}/command.cmake)
execute_process(COMMAND ${command} -x c++-header ${COMMON} -o ${COMMON}.gch COMMAND_ERROR_IS_FATAL ANY)
