# delay_load(target LIBRARY function...): these functions of a system library that what `target` links may call, but does
# not in ordinary life, are looked for when they are called: the library is not loaded with the program. USER32 takes long to
# load, and a share of the desktop heap that services have together.
# Call it after what needs the functions was linked.
function(delay_load target library)
  if(MSVC)
    target_link_libraries(${target} PRIVATE delayimp)
    target_link_options(${target} INTERFACE "/DELAYLOAD:${library}.dll")
    return()
  endif()
  string(JOIN "\n" exports "LIBRARY ${library}.dll" EXPORTS ${ARGN} "")
  set(definition "${CMAKE_CURRENT_BINARY_DIR}/${library}.def")
  set(archive "${CMAKE_CURRENT_BINARY_DIR}/lib${library}-delayed.a")
  file(CONFIGURE OUTPUT "${definition}" CONTENT "${exports}" @ONLY)
  add_custom_command(OUTPUT "${archive}" DEPENDS "${definition}" VERBATIM
    COMMAND "${CMAKE_DLLTOOL}" --input-def "${definition}" --output-delaylib "${archive}")
  add_custom_target(${target}-${library} DEPENDS "${archive}")
  add_dependencies(${target} ${target}-${library})
  target_link_libraries(${target} PRIVATE "${archive}" delayimp)
endfunction()
