# windows_resources(target "description"): gives a program its version resource, by which Explorer, installers and
# inventories know it, and its manifest. On other systems it does nothing.
function(windows_resources target description)
  if(NOT WIN32)
    return()
  endif()
  set(description "${description}")
  set(file_name "${target}.exe")
  set(manifest "${PROJECT_SOURCE_DIR}/cmake/windows.manifest")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/version.rc.in" "${CMAKE_CURRENT_BINARY_DIR}/${target}.rc" @ONLY)
  set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${target}.rc" PROPERTIES OBJECT_DEPENDS "${manifest}")
  target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${target}.rc")
  if(MSVC)
    target_link_options(${target} PRIVATE /MANIFEST:NO)  # the resource has it
  endif()
endfunction()
