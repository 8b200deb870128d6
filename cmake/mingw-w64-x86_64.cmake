# Toolchain: Windows x64 by mingw-w64 with POSIX threads (std::thread works), one static .exe each, run under Wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_VERSION 10.0)
set(CMAKE_SYSTEM_PROCESSOR AMD64)

set(triple x86_64-w64-mingw32)
set(CMAKE_C_COMPILER ${triple}-gcc-posix)
set(CMAKE_CXX_COMPILER ${triple}-g++-posix)
set(CMAKE_RC_COMPILER ${triple}-windres)

# -static takes libgcc, libstdc++ and winpthread into the program.
set(CMAKE_C_FLAGS_INIT "-D_WIN32_WINNT=0x0A00")
set(CMAKE_CXX_FLAGS_INIT "-D_WIN32_WINNT=0x0A00")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")

# Libraries come from WINJOB_DEPS (built by deps/) and the compiler's own folder, never from the host.
include("${CMAKE_CURRENT_LIST_DIR}/Cache.cmake")
set(WINJOB_DEPS "${WINJOB_CACHE_DIR}/deps/mingw" CACHE PATH "what deps/ built")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WINJOB_DEPS)
set(CMAKE_FIND_ROOT_PATH "${WINJOB_DEPS}" /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/wine-run.sh")
