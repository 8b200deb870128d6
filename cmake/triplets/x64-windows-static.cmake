# vcpkg's own triplet of this name, and one definition more: see civetweb in deps/CMakeLists.txt.
set(VCPKG_TARGET_ARCHITECTURE x64)
set(VCPKG_CRT_LINKAGE static)
set(VCPKG_LIBRARY_LINKAGE static)
set(VCPKG_C_FLAGS "-DSOCKET_TIMEOUT_QUANTUM=100")
set(VCPKG_CXX_FLAGS "-DSOCKET_TIMEOUT_QUANTUM=100")
